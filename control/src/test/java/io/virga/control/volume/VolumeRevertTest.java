package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.watch.ObservedState.Status;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Volumes that go back to their latest snapshot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeRevertTest {

  private VolumeCloud cloud;

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void theHostIsToldOnceAndTheVolumeIsKeptUntilItIsDone() {
    String id = cloud.available("p1", 1);
    String snapshot = snapshot("p1", id);
    assertThat(revert("p1", id, snapshot, "3.39").status()).isEqualTo(404);
    Answer answer = revert("p1", id, snapshot, "3.40");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(status("p1", id)).isEqualTo("reverting");
    VolumeSpec told = cloud.spec(id, "near");
    assertThat(told.revert()).contains(new VolumeSpec.Revert(snapshot, told.generation()));
    assertThat(told.exports()).isEmpty();
    assertThat(cloud.member("DELETE", "p1", "snapshots/" + snapshot, null).status())
        .as("while it is gone back to")
        .isEqualTo(400);
    assertThat(revert("p1", id, snapshot, "3.40").status()).isEqualTo(409);

    cloud.report("near", Kind.VOLUME, id, told.generation(), Status.READY);
    assertThat(status("p1", id)).isEqualTo("available");
    assertThat(cloud.member("DELETE", "p1", "snapshots/" + snapshot, null).status()).isEqualTo(202);
    cloud.report("near", Kind.SNAPSHOT, snapshot, 2, Status.ABSENT);

    String later = snapshot("p1", id);
    assertThat(revert("p1", id, later, "3.60").status()).isEqualTo(202);
    VolumeSpec again = cloud.spec(id, "near");
    assertThat(again.revert().orElseThrow().request())
        .isGreaterThan(told.revert().orElseThrow().request());
    cloud.report("near", Kind.VOLUME, id, again.generation(), Status.FAILED);
    assertThat(status("p1", id)).isEqualTo("error");
  }

  @Test
  void refusesAllButTheLatestSnapshotOfTheSameSizeOfAnAvailableVolume() {
    String id = cloud.available("p2", 1);
    assertThat(message(revert("p2", id, id, "3.40"), 400)).contains("doesn't have any snapshots");
    String older = snapshot("p2", id);
    String latest = snapshot("p2", id);
    assertThat(message(revert("p2", id, older, "3.40"), 400)).contains("not the latest one");
    assertThat(
            cloud
                .admin(
                    "POST",
                    "p2",
                    "volumes/" + id + "/action",
                    Map.of("os-reset_status", Map.of("status", "maintenance")))
                .status())
        .isEqualTo(202);
    assertThat(revert("p2", id, latest, "3.40").at("/conflictingRequest/message"))
        .contains("Volume must be available to revert");
    cloud.admin(
        "POST",
        "p2",
        "volumes/" + id + "/action",
        Map.of("os-reset_status", Map.of("status", "available")));
    act("p2", id, Map.of("os-extend", Map.of("new_size", 2)), "3.0");
    cloud.report("near", Kind.VOLUME, id, 2, Status.READY);
    assertThat(message(revert("p2", id, latest, "3.40"), 400))
        .contains("The volume size must be equal");
  }

  private static String message(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer.at("/badRequest/message");
  }

  private String snapshot(String project, String volume) {
    String id =
        cloud
            .member("POST", project, "snapshots", Map.of("snapshot", Map.of("volume_id", volume)))
            .at("/snapshot/id");
    cloud.report("near", Kind.SNAPSHOT, id, 1, Status.READY);
    return id;
  }

  private Answer revert(String project, String id, String snapshot, String version) {
    return act(project, id, Map.of("revert", Map.of("snapshot_id", snapshot)), version);
  }

  private Answer act(String project, String id, Map<String, Object> action, String version) {
    return cloud
        .api()
        .send(
            cloud
                .api()
                .request("/volume/v3/" + project + "/volumes/" + id + "/action")
                .header("X-Auth-Token", cloud.api().token(project, "member", "reader"))
                .header("OpenStack-API-Version", "volume " + version)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(action))));
  }

  private String status(String project, String id) {
    return cloud.member("GET", project, "volumes/" + id, null).at("/volume/status");
  }
}
