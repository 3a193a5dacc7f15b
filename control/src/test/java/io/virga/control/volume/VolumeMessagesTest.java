package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Messages of what failed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeMessagesTest {

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
  void saysThatNoHostHasRoomAndIsDeleted() {
    cloud.admin("PUT", "room", "os-quota-sets/room", Map.of("quota_set", Map.of("gigabytes", -1)));
    Answer made = call("room", "POST", "volumes", Map.of("volume", Map.of("size", 65_000)));
    String volume = made.at("/volume/id");
    assertThat(call("room", "GET", "volumes/" + volume, null).at("/volume/status"))
        .isEqualTo("error");
    Answer listed = call("room", "GET", "messages?resource_uuid=" + volume, null);
    assertThat(listed.at("/messages/0/event_id")).isEqualTo("VOLUME_VOLUME_001_003");
    assertThat(listed.at("/messages/0/request_id")).isEqualTo(made.header("X-Compute-Request-Id"));
    String message = "messages/" + listed.at("/messages/0/id");
    assertThat(call("room", "GET", message, null).at("/message/user_message")).contains("room");
    assertThat(call("elsewhere", "GET", message, null).status()).isEqualTo(404);
    assertThat(call("elsewhere", "DELETE", message, null).status()).isEqualTo(404);
    assertThat(call("room", "DELETE", message, null).status()).isEqualTo(204);
    assertThat(call("room", "GET", message, null).status()).isEqualTo(404);
    assertThat(cloud.at("3.2", "GET", "room", "messages", null).status()).isEqualTo(404);
  }

  @Test
  void saysOnceWhatAHostCouldNotDo() {
    Map<String, Object> ofImage = Map.of("size", 3, "imageRef", VolumeCloud.IMAGE);
    String first = call("failed", "POST", "volumes", Map.of("volume", ofImage)).at("/volume/id");
    cloud.report("near", Kind.VOLUME, first, 1, Status.FAILED);
    cloud.report("near", Kind.VOLUME, first, 1, Status.FAILED);
    assertThat(events("failed", first)).isEqualTo("VOLUME_VOLUME_005_001");
    String second = cloud.available("failed", 1);
    call("failed", "POST", "volumes/" + second + "/action", extend());
    cloud.report("near", Kind.VOLUME, second, 2, Status.FAILED);
    assertThat(events("failed", second)).isEqualTo("VOLUME_VOLUME_007_001");
    String third = cloud.available("failed", 1);
    String snapshot =
        call("failed", "POST", "snapshots", Map.of("snapshot", Map.of("volume_id", third)))
            .at("/snapshot/id");
    cloud.report("near", Kind.SNAPSHOT, snapshot, 1, Status.FAILED);
    assertThat(events("failed", snapshot)).isEqualTo("VOLUME_VOLUME_SNAPSHOT_009_001");
    assertThat(call("failed", "GET", "messages?resource_type=volume_snapshot", null).text())
        .contains(snapshot)
        .doesNotContain(first);
  }

  @Test
  void isKeptForAMonth() {
    String volume = call("old", "POST", "volumes", blank()).at("/volume/id");
    cloud.report("near", Kind.VOLUME, volume, 1, Status.FAILED);
    assertThat(events("old", volume)).isEqualTo("VOLUME_VOLUME_008_001");
    cloud
        .api()
        .database()
        .sql(
            """
            UPDATE volume_message SET guaranteed_until = guaranteed_until - interval '30 days'
             WHERE project_id = 'old'
            """)
        .execute()
        .block(VolumeCloud.TIMEOUT);
    assertThat(events("old", volume)).isEmpty();
    String other = call("old", "POST", "volumes", blank()).at("/volume/id");
    cloud.report("near", Kind.VOLUME, other, 1, Status.FAILED);
    assertThat(
            cloud
                .api()
                .database()
                .sql("SELECT count(*) AS kept FROM volume_message WHERE project_id = 'old'")
                .one(row -> row.number("kept"))
                .block(VolumeCloud.TIMEOUT))
        .isEqualTo(1);
  }

  private static Map<String, Object> blank() {
    return Map.of("volume", Map.of("size", 1));
  }

  private static Map<String, Object> extend() {
    return Map.of("os-extend", Map.of("new_size", 2));
  }

  /** Of all messages of the thing. */
  private String events(String project, String resource) {
    return String.join(
        " ",
        call(project, "GET", "messages?resource_uuid=" + resource, null)
            .json()
            .path("messages")
            .findValuesAsString("event_id"));
  }

  private Answer call(String project, String method, String path, @Nullable Object body) {
    return cloud.at("3.60", method, project, path, body);
  }
}
