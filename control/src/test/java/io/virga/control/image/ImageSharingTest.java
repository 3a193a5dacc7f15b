package io.virga.control.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Members of shared images, and images that are taken back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageSharingTest {

  @TempDir private static Path folder;
  private ImageCloud cloud;

  @BeforeAll
  void start() {
    cloud = new ImageCloud(folder.resolve("import"));
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void aMemberSeesAnImageAndListsItOnceAccepted() {
    String id = cloud.queued("p1", "raw");
    assertThat(cloud.show("friend", id).status()).isEqualTo(404);
    Answer made = share("p1", id, "friend");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.at("/member_id")).isEqualTo("friend");
    assertThat(made.at("/status")).isEqualTo("pending");
    assertThat(cloud.show("friend", id).status()).isEqualTo(200);
    assertThat(cloud.show("stranger", id).status()).isEqualTo(404);
    assertThat(listed("friend", "")).doesNotContain(id);
    assertThat(listed("friend", "?member_status=pending")).contains(id);
    assertThat(answer("friend", id, "friend", "accepted").at("/status")).isEqualTo("accepted");
    assertThat(listed("friend", "")).contains(id);
    assertThat(listed("friend", "?visibility=shared")).contains(id);
    assertThat(listed("friend", "?member_status=rejected")).doesNotContain(id);
    assertThat(listed("friend", "?member_status=all")).contains(id);
    assertThat(listed("stranger", "?member_status=all")).doesNotContain(id);
    assertThat(upload("friend", id).status()).as("it is not his to fill").isEqualTo(403);
    assertThat(call("DELETE", "p1", id + "/members/friend", "").status()).isEqualTo(204);
    assertThat(cloud.show("friend", id).status()).isEqualTo(404);
    assertThat(call("DELETE", "p1", id + "/members/friend", "").status()).isEqualTo(404);
  }

  @Test
  void theOwnerSeesAllMembersAndAMemberItself() {
    String id = cloud.queued("p2", "raw");
    share("p2", id, "a");
    share("p2", id, "b");
    assertThat(members("p2", id)).containsExactly("a", "b");
    assertThat(members("b", id)).containsExactly("b");
    assertThat(call("GET", "b", id + "/members/a", "").status()).isEqualTo(404);
    assertThat(call("GET", "b", id + "/members/b", "").status()).isEqualTo(200);
    assertThat(call("GET", "stranger", id + "/members", "").status()).isEqualTo(404);
  }

  @Test
  void refusesWhatIsNotTheCallersToSay() {
    String id = cloud.queued("p3", "raw");
    share("p3", id, "friend");
    assertThat(share("p3", id, "friend").status()).as("again").isEqualTo(409);
    assertThat(share("friend", id, "another").status()).isEqualTo(403);
    assertThat(answer("p3", id, "friend", "accepted").status()).as("by its owner").isEqualTo(403);
    assertThat(answer("friend", id, "friend", "perhaps").status()).isEqualTo(400);
    assertThat(answer("friend", id, "friend", "perhaps").at("/message"))
        .contains("perhaps", "accepted");
    assertThat(call("DELETE", "friend", id + "/members/friend", "").status()).isEqualTo(403);
    String own = cloud.queued("p3", "raw", "visibility", "private");
    assertThat(share("p3", own, "friend").status()).isEqualTo(403);
    assertThat(listStatus("p3", "?member_status=perhaps")).isEqualTo(400);
  }

  @Test
  void hasAtMost128Members() {
    String id = cloud.queued("p4", "raw");
    IntStream.range(0, 128).forEach(i -> share("p4", id, "m" + i));
    assertThat(share("p4", id, "one too many").status()).isEqualTo(413);
  }

  @Test
  void whatIsTakenBackIsNotReadUntilItIsGivenAgain() {
    String id = cloud.queued("p5", "raw");
    assertThat(call("POST", "p5", id + "/actions/deactivate", "").status()).isEqualTo(403);
    assertThat(upload("p5", id).status()).isEqualTo(204);
    assertThat(call("POST", "p5", id + "/actions/deactivate", "").status()).isEqualTo(204);
    assertThat(cloud.show("p5", id).at("/status")).isEqualTo("deactivated");
    assertThat(call("GET", "p5", id + "/file", "").status()).isEqualTo(403);
    assertThat(call("POST", "p5", id + "/actions/deactivate", "").status()).isEqualTo(204);
    assertThat(call("POST", "p5", id + "/actions/reactivate", "").status()).isEqualTo(204);
    assertThat(call("GET", "p5", id + "/file", "").status()).isEqualTo(200);
    assertThat(call("POST", "other", id + "/actions/deactivate", "").status()).isEqualTo(404);
  }

  private Answer upload(String project, String id) {
    return cloud.upload(project, id, BodyPublishers.ofByteArray(new byte[] {1, 2, 3}));
  }

  private Answer share(String project, String id, String with) {
    return call("POST", project, id + "/members", Json.text(Map.of("member", with)));
  }

  private Answer answer(String project, String id, String member, String status) {
    return call("PUT", project, id + "/members/" + member, Json.text(Map.of("status", status)));
  }

  private List<String> members(String project, String id) {
    return call("GET", project, id + "/members", "")
        .json()
        .path("members")
        .valueStream()
        .map(member -> member.path("member_id").asString())
        .toList();
  }

  private List<String> listed(String project, String query) {
    return cloud
        .api()
        .get("/image/v2/images" + query, cloud.token(project))
        .json()
        .path("images")
        .valueStream()
        .map(image -> image.path("id").asString())
        .toList();
  }

  private int listStatus(String project, String query) {
    return cloud.api().get("/image/v2/images" + query, cloud.token(project)).status();
  }

  private Answer call(String method, String project, String path, String body) {
    return cloud
        .api()
        .send(
            cloud
                .api()
                .request("/image/v2/images/" + path)
                .method(
                    method,
                    body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("X-Auth-Token", cloud.token(project))
                .header("Accept", "application/json")
                .header("Content-Type", "application/json"));
  }
}
