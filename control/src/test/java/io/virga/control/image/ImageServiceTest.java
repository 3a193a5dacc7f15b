package io.virga.control.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Glance's v2 API, but for the bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageServiceTest {

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
  void keepsArbitraryPropertiesInOneFlatObject() {
    String id = cloud.queued("p1", "qcow2", "owner_specified.openstack.object", "images/guest");
    Answer shown = cloud.show("p1", id);
    assertThat(shown.json().path("owner_specified.openstack.object").asString())
        .isEqualTo("images/guest");
    assertThat(shown.at("/status")).isEqualTo("queued");
    assertThat(shown.at("/visibility")).isEqualTo("shared");
    assertThat(shown.at("/owner")).isEqualTo("p1");
    assertThat(shown.json().at("/size").isNull()).isTrue();
    assertThat(shown.at("/file")).isEqualTo("/v2/images/" + id + "/file");
  }

  @Test
  void refusesBadInputAndNamesIt() {
    assertThat(create("p2", Map.of("disk_format", "floppy")).at("/message"))
        .contains("disk_format", "floppy", "qcow2");
    assertThat(create("p2", Map.of("disk_format", "floppy")).status()).isEqualTo(400);
    assertThat(create("p2", Map.of("min_disk", -1)).at("/message")).contains("-1");
    assertThat(create("p2", Map.of("disk_format", "ami", "container_format", "bare")).status())
        .isEqualTo(400);
    assertThat(create("p2", Map.of("status", "active")).status()).isEqualTo(403);
    assertThat(create("p2", Map.of("name", "x".repeat(256))).status()).isEqualTo(400);
    assertThat(create("p2", Map.of("visibility", "public")).status()).isEqualTo(403);
    assertThat(create("p2", Map.of("owner", "p1")).status()).isEqualTo(403);
    assertThat(cloud.show("p2", "guest").status()).as("a name is nobody's id").isEqualTo(404);
  }

  @Test
  void hidesImagesFromOtherProjects() {
    String id = cloud.queued("p3", "raw");
    assertThat(cloud.show("other", id).status()).isEqualTo(404);
    assertThat(list("other", "").text()).doesNotContain(id);
    assertThat(cloud.upload("other", id, BodyPublishers.ofByteArray(new byte[1])).status())
        .isEqualTo(404);
    assertThat(cloud.api().delete("/image/v2/images/" + id, cloud.token("other")).status())
        .isEqualTo(404);
    assertThat(cloud.show("p3", id).status()).isEqualTo(200);
  }

  @Test
  void showsPublicImagesToAllAndCommunityImagesToThoseWhoAsk() {
    String admin = cloud.api().token("p4", "admin", "member", "reader");
    String open =
        cloud
            .api()
            .post("/image/v2/images", admin, Map.of("name", "o", "visibility", "public"))
            .at("/id");
    String community = create("p4", Map.of("name", "c", "visibility", "community")).at("/id");
    assertThat(ids(list("other", "?visibility=public"))).containsExactly(open);
    assertThat(ids(list("other", ""))).contains(open).doesNotContain(community);
    assertThat(cloud.show("other", community).status()).isEqualTo(200);
    assertThat(ids(list("other", "?visibility=community"))).containsExactly(community);
    assertThat(cloud.api().delete("/image/v2/images/" + open, cloud.token("other")).status())
        .isEqualTo(403);
  }

  @Test
  void filtersSortsAndPages() {
    for (String name : List.of("b", "a", "c")) {
      create("p5", Map.of("name", name, "disk_format", "raw", "tags", List.of("t-" + name)));
    }
    Answer first = list("p5", "?sort=name:asc&limit=2&disk_format=raw");
    assertThat(names(first)).containsExactly("a", "b");
    String next = first.at("/next");
    assertThat(next).startsWith("/v2/images?").contains("marker=");
    Answer second = cloud.api().get("/image" + next, cloud.token("p5"));
    assertThat(names(second)).containsExactly("c");
    assertThat(second.json().has("next")).isFalse();
    assertThat(names(list("p5", "?name=b"))).containsExactly("b");
    assertThat(names(list("p5", "?tag=t-c"))).containsExactly("c");
    assertThat(names(list("p5", "?status=active"))).isEmpty();
    assertThat(names(list("p5", "?size_min=1"))).isEmpty();
    assertThat(names(list("p5", "?size=0"))).hasSize(3);
    assertThat(names(list("p5", "?size=1"))).isEmpty();
    cloud.queued("p5", "raw", "os_distro", "debian");
    assertThat(names(list("p5", "?os_distro=debian"))).containsExactly("guest");
    assertThat(names(list("p5", "?os_distro=fedora"))).isEmpty();
    assertThat(list("p5", "?sort=taste:asc").status()).isEqualTo(400);
  }

  @Test
  void patchesAlsoByTheOlderMediaType() {
    String id = cloud.queued("p10", "raw", "colour", "red");
    String operations =
        Json.text(
            List.of(
                Map.of("replace", "/name", "value", "renamed"),
                Map.of("add", "/taste", "value", "sweet"),
                Map.of("remove", "/colour")));
    Answer patched =
        cloud
            .api()
            .send(
                cloud
                    .api()
                    .request("/image/v2/images/" + id)
                    .method("PATCH", BodyPublishers.ofString(operations))
                    .header("X-Auth-Token", cloud.token("p10"))
                    .header("Content-Type", "application/openstack-images-v2.0-json-patch"));
    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    assertThat(patched.at("/name")).isEqualTo("renamed");
    assertThat(patched.at("/taste")).isEqualTo("sweet");
    assertThat(patched.json().has("colour")).isFalse();
  }

  @Test
  void patchesMemberByMember() {
    String id = cloud.queued("p6", "raw", "colour", "red");
    Answer patched =
        patch(
            "p6",
            id,
            List.of(
                Map.of("op", "replace", "path", "/name", "value", "renamed"),
                Map.of("op", "add", "path", "/protected", "value", true),
                Map.of("op", "add", "path", "/taste", "value", "sweet"),
                Map.of("op", "remove", "path", "/colour")));
    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    assertThat(patched.at("/name")).isEqualTo("renamed");
    assertThat(patched.at("/taste")).isEqualTo("sweet");
    assertThat(patched.json().has("colour")).isFalse();
    assertThat(cloud.api().delete("/image/v2/images/" + id, cloud.token("p6")).status())
        .as("protected")
        .isEqualTo(403);
    assertThat(patch("p6", id, List.of(Map.of("op", "remove", "path", "/name"))).status())
        .isEqualTo(403);
    assertThat(patch("p6", id, List.of(Map.of("op", "remove", "path", "/nothing"))).status())
        .isEqualTo(409);
    assertThat(
            patch("p6", id, List.of(Map.of("op", "add", "path", "/status", "value", "x"))).status())
        .isEqualTo(403);
    assertThat(cloud.api().patch("/image/v2/images/" + id, cloud.token("p6"), "[]").status())
        .isEqualTo(415);
  }

  @Test
  void onlyAdministratorsGiveAnImageToAnotherProjectAndItsQuotaGoesAlong() {
    String id = cloud.queued("giver", "raw");
    List<Map<String, Object>> gift =
        List.of(Map.of("op", "replace", "path", "/owner", "value", "taker"));
    assertThat(patch("giver", id, gift).status()).isEqualTo(403);
    assertThat(used("giver")).isEqualTo(1);
    String admin = cloud.api().token("operator", "admin", "member", "reader");
    assertThat(patchAs(admin, id, gift).at("/owner")).isEqualTo("taker");
    assertThat(cloud.show("giver", id).status()).isEqualTo(404);
    assertThat(cloud.show("taker", id).status()).isEqualTo(200);
    assertThat(used("giver")).isZero();
    assertThat(used("taker")).isEqualTo(1);
    assertThat(patchAs(admin, id, List.of(Map.of("op", "remove", "path", "/owner"))).status())
        .isEqualTo(403);
    assertThat(
            patchAs(admin, id, List.of(Map.of("op", "replace", "path", "/owner", "value", "")))
                .status())
        .isEqualTo(400);
  }

  private long used(String project) {
    return cloud
        .api()
        .database()
        .sql("SELECT used FROM quota WHERE project_id = :project AND resource = 'IMAGES'")
        .bind("project", project)
        .one(row -> row.number("used"))
        .blockOptional(ImageCloud.TIMEOUT)
        .orElse(0L);
  }

  @Test
  void keepsItsOwnPropertiesToItself() {
    assertThat(create("p11", Map.of("os_glance_foo", "bar")).status()).isEqualTo(403);
    assertThat(create("p11", Map.of("stores", "objects")).status()).isEqualTo(403);
    String id = cloud.queued("p11", "raw");
    assertThat(
            patch("p11", id, List.of(Map.of("op", "add", "path", "/os_glance_foo", "value", "x")))
                .status())
        .isEqualTo(403);
  }

  @Test
  void countsImagesAndGivesThemBack() {
    String id = cloud.queued("p7", "raw");
    cloud
        .api()
        .database()
        .sql("UPDATE quota SET max_used = 1 WHERE project_id = 'p7'")
        .execute()
        .block(ImageCloud.TIMEOUT);
    assertThat(create("p7", Map.of("name", "second")).status()).isEqualTo(413);
    assertThat(cloud.api().delete("/image/v2/images/" + id, cloud.token("p7")).status())
        .isEqualTo(204);
    assertThat(create("p7", Map.of("name", "second")).status()).isEqualTo(201);
    assertThat(create("p7", Map.of("id", id)).status())
        .as("an id is not used twice")
        .isEqualTo(409);
  }

  @Test
  void describesItself() {
    Answer versions = cloud.api().get("/image", "");
    assertThat(versions.status()).isEqualTo(300);
    assertThat(versions.at("/versions/0/status")).isEqualTo("CURRENT");
    assertThat(cloud.api().get("/image/v2/schemas/image", cloud.token("p8")).at("/name"))
        .isEqualTo("image");
  }

  private Answer create(String project, Map<String, Object> body) {
    return cloud.api().post("/image/v2/images", cloud.token(project), body);
  }

  private Answer list(String project, String query) {
    return cloud.api().get("/image/v2/images" + query, cloud.token(project));
  }

  private Answer patch(String project, String id, List<Map<String, Object>> operations) {
    return patchAs(cloud.token(project), id, operations);
  }

  private Answer patchAs(String token, String id, List<Map<String, Object>> operations) {
    return cloud
        .api()
        .send(
            cloud
                .api()
                .request("/image/v2/images/" + id)
                .method("PATCH", BodyPublishers.ofByteArray(Json.bytes(operations)))
                .header("X-Auth-Token", token)
                .header("Accept", "application/json")
                .header("Content-Type", "application/openstack-images-v2.1-json-patch"));
  }

  private static List<String> ids(Answer list) {
    return list.json().at("/images").valueStream().map(i -> i.path("id").asString()).toList();
  }

  private static List<String> names(Answer list) {
    return list.json().at("/images").valueStream().map(i -> i.path("name").asString()).toList();
  }
}
