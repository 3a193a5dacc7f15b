package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes that go to other projects. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeTransfersTest {

  private static final String NEWER = "volume-transfers";

  private VolumeCloud cloud;

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {NEWER, "os-volume-transfer"})
  void aVolumeGoesToWhomeverKnowsTheKey(String collection) {
    String from = "from-" + collection;
    String to = "to-" + collection;
    String volume = cloud.available(from, 2);
    String snapshot = snapshot(from, volume, Status.READY);
    Answer offered = offer(from, collection, Map.of("volume_id", volume, "name", "gift"));
    assertThat(offered.status()).as(offered.text()).isEqualTo(202);
    String transfer = collection + "/" + offered.at("/transfer/id");
    assertThat(status(from, volume)).isEqualTo("awaiting-transfer");
    assertThat(call("GET", from, transfer, null).at("/transfer/name")).isEqualTo("gift");
    assertThat(call("GET", from, transfer, null).text()).doesNotContain("auth_key", key(offered));
    assertThat(call("GET", to, transfer, null).status()).as("another's").isEqualTo(404);
    assertThat(call("GET", to, collection + "/detail", null).text()).doesNotContain("gift");
    assertThat(accept(to, transfer, "0".repeat(32)).status()).isEqualTo(400);

    Answer accepted = accept(to, transfer, key(offered));
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    assertThat(status(to, volume)).isEqualTo("available");
    Answer shown = call("GET", to, "volumes/" + volume, null);
    assertThat(shown.at("/volume/os-vol-tenant-attr:tenant_id")).isEqualTo(to);
    assertThat(call("GET", to, "snapshots/" + snapshot, null).status()).isEqualTo(200);
    for (String gone : List.of("volumes/" + volume, "snapshots/" + snapshot, transfer)) {
      assertThat(call("GET", from, gone, null).status()).as(gone).isEqualTo(404);
    }
    assertThat(used(from)).isEqualTo("0 0 0");
    assertThat(used(to)).isEqualTo("1 1 4");
    assertThat(accept(to, transfer, key(offered)).status()).as("once").isEqualTo(404);
  }

  @Test
  void isShownAsItsVersionSays() {
    String volume = cloud.available("views", 1);
    Answer offered = offer("views", NEWER, Map.of("volume_id", volume));
    assertThat(offered.at("/transfer/source_project_id")).isEqualTo("views");
    assertThat(offered.json().at("/transfer/accepted").asBoolean(true)).isFalse();
    assertThat(offered.json().at("/transfer/no_snapshots").asBoolean(true)).isFalse();
    assertThat(cloud.at("3.55", "GET", "views", NEWER + "/detail", null).text())
        .contains("no_snapshots")
        .doesNotContain("accepted");
    assertThat(call("GET", "views", NEWER, null).text())
        .contains(offered.at("/transfer/id"))
        .doesNotContain("created_at");
    assertThat(call("GET", "views", "os-volume-transfer/detail", null).text())
        .contains("created_at")
        .doesNotContain("no_snapshots");
    assertThat(cloud.at("3.54", "GET", "views", NEWER, null).status()).isEqualTo(404);
    assertThat(cloud.admin("GET", "views", NEWER + "?all_tenants=1", null).status())
        .as("the first version")
        .isEqualTo(404);
  }

  @Test
  void aVolumeOnOfferIsNotUsedUntilTheOfferIsTakenBack() {
    String volume = cloud.available("back", 1);
    Answer offered = offer("back", NEWER, Map.of("volume_id", volume));
    assertThat(call("DELETE", "back", "volumes/" + volume, null).status()).isEqualTo(400);
    assertThat(offer("back", NEWER, Map.of("volume_id", volume)).status()).isEqualTo(400);
    String transfer = NEWER + "/" + offered.at("/transfer/id");
    assertThat(call("DELETE", "others", transfer, null).status()).isEqualTo(404);
    assertThat(call("DELETE", "back", transfer, null).status()).isEqualTo(202);
    assertThat(status("back", volume)).isEqualTo("available");
    assertThat(accept("others", transfer, key(offered)).status()).isEqualTo(404);
    String gone = UUID.randomUUID().toString();
    assertThat(offer("back", NEWER, Map.of("volume_id", gone)).status()).isEqualTo(404);
  }

  @Test
  void staysWhereItIsIfTheOtherProjectHasNoRoom() {
    String volume = cloud.available("full-from", 1);
    Answer offered = offer("full-from", NEWER, Map.of("volume_id", volume));
    for (int i = 0; i < 10; i++) {
      cloud.available("full", 1);
    }
    String transfer = NEWER + "/" + offered.at("/transfer/id");
    Answer refused = accept("full", transfer, key(offered));
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.text()).contains("volumes");
    assertThat(used("full-from")).isEqualTo("1 0 1");
    assertThat(status("full-from", volume)).isEqualTo("awaiting-transfer");
  }

  @Test
  void goesWithoutItsSnapshotsIfItIsSaidTo() {
    String volume = cloud.available("lone", 1);
    String snapshot = snapshot("lone", volume, Status.READY);
    Answer offered = offer("lone", NEWER, Map.of("volume_id", volume, "no_snapshots", true));
    accept("lone-to", NEWER + "/" + offered.at("/transfer/id"), key(offered));
    assertThat(used("lone")).isEqualTo("0 1 1");
    assertThat(used("lone-to")).isEqualTo("1 0 1");
    assertThat(call("GET", "lone", "snapshots/" + snapshot, null).status()).isEqualTo(200);
  }

  @Test
  void waitsForSnapshotsThatAreBeingMade() {
    String volume = cloud.available("making", 1);
    cloud.member("POST", "making", "snapshots", Map.of("snapshot", Map.of("volume_id", volume)));
    Answer refused = offer("making", NEWER, Map.of("volume_id", volume));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("creating");
    assertThat(status("making", volume)).isEqualTo("available");
  }

  private String snapshot(String project, String volume, Status status) {
    String id =
        cloud
            .member("POST", project, "snapshots", Map.of("snapshot", Map.of("volume_id", volume)))
            .at("/snapshot/id");
    cloud.report("near", Kind.SNAPSHOT, id, 1, status);
    return id;
  }

  private Answer offer(String project, String collection, Map<String, Object> transfer) {
    return call("POST", project, collection, Map.of("transfer", transfer));
  }

  private Answer accept(String project, String transfer, String key) {
    return call("POST", project, transfer + "/accept", Map.of("accept", Map.of("auth_key", key)));
  }

  private static String key(Answer offered) {
    return offered.at("/transfer/auth_key");
  }

  private Answer call(String method, String project, String path, @Nullable Object body) {
    return cloud.at("3.60", method, project, path, body);
  }

  private String status(String project, String volume) {
    return call("GET", project, "volumes/" + volume, null).at("/volume/status");
  }

  /** Volumes, snapshots and gigabytes. */
  private String used(String project) {
    Answer limits = call("GET", project, "limits", null);
    return String.join(
        " ",
        List.of("Volumes", "Snapshots", "Gigabytes").stream()
            .map(name -> limits.at("/limits/absolute/total" + name + "Used"))
            .toList());
  }
}
