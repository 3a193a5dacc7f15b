package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What else is done to volumes, and how they are listed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeActionsTest {

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
  void isMadeBootableAndNot() {
    String id = cloud.available("p1", 1);
    for (boolean bootable : new boolean[] {true, false}) {
      assertThat(act("p1", id, "os-set_bootable", Map.of("bootable", bootable)).status())
          .isEqualTo(200);
      assertThat(show("p1", id, "bootable")).isEqualTo(Boolean.toString(bootable));
    }
    assertThat(act("p1", id, "os-set_bootable", Map.of()).status()).isEqualTo(400);
    assertThat(act("p1", id, "os-set_bootable", Map.of("bootable", "perhaps")).status())
        .isEqualTo(400);
  }

  @Test
  void isAttachedReadOnlyWhenItWasSaidToBe() {
    String id = cloud.available("p2", 1);
    assertThat(act("p2", id, "os-update_readonly_flag", Map.of("readonly", true)).status())
        .isEqualTo(202);
    assertThat(show("p2", id, "metadata/readonly")).isEqualTo("True");
    attach("p2", id);
    assertThat(cloud.spec(id, "near").exports().getFirst().readOnly()).isTrue();
    assertThat(act("p2", id, "os-update_readonly_flag", Map.of("readonly", false)).status())
        .as("while it is in use")
        .isEqualTo(400);
  }

  @Test
  void showsWhatItWasResetToUntilSomethingHappens() {
    String id = cloud.available("p3", 1);
    for (String status : List.of("error", "available", "maintenance")) {
      assertThat(reset("p3", id, status).status()).isEqualTo(202);
      assertThat(show("p3", id, "status")).isEqualTo(status);
    }
    assertThat(act("p3", id, "os-extend", Map.of("new_size", 2)).status()).isEqualTo(400);
    assertThat(reset("p3", id, "nonsense").status()).isEqualTo(400);
    assertThat(act("p3", id, "os-reset_status", Map.of("status", "error")).status())
        .as("a member's wish")
        .isEqualTo(403);
    reset("p3", id, "available");
    attach("p3", id);
    assertThat(show("p3", id, "status")).isEqualTo("in-use");
  }

  @Test
  void noResetMakesUsableWhatIsNotThere() {
    String id = create("p9", Map.of("size", 1));
    assertThat(reset("p9", id, "available").status()).isEqualTo(202);
    assertThat(show("p9", id, "status")).isEqualTo("creating");
    assertThat(cloud.member("POST", "p9", "snapshots", snapshotOf(id)).status()).isEqualTo(400);
    assertThatThrownBy(() -> attach("p9", id)).hasMessageContaining("creating");
  }

  @Test
  void snapshotsThatAreNeverMadeAreDeletedByForce() {
    String id = cloud.available("p10", 1);
    Answer taken = cloud.member("POST", "p10", "snapshots", snapshotOf(id));
    String path = "snapshots/" + taken.at("/snapshot/id");
    assertThat(cloud.member("DELETE", "p10", path, null).status()).isEqualTo(400);
    Map<String, Object> force = Map.of("os-force_delete", Map.of());
    assertThat(cloud.member("POST", "p10", path + "/action", force).status()).isEqualTo(403);
    assertThat(cloud.admin("POST", "p10", path + "/action", Map.of("os-x", Map.of())).text())
        .contains("os-x", "os-force_delete");
    assertThat(cloud.admin("POST", "p10", path + "/action", force).status()).isEqualTo(202);
    assertThat(cloud.member("GET", "p10", path, null).at("/snapshot/status")).isEqualTo("deleting");
  }

  @Test
  void aSnapshotShowsWhatItWasResetToAndIsDeletedByForceWhateverThatIs() {
    String volume = cloud.available("p12", 1);
    for (String status : List.of("creating", "deleting", "error", "error_deleting")) {
      String id = cloud.member("POST", "p12", "snapshots", snapshotOf(volume)).at("/snapshot/id");
      String path = "snapshots/" + id;
      Map<String, Object> available = Map.of("os-reset_status", Map.of("status", "available"));
      assertThat(cloud.admin("POST", "p12", path + "/action", available).status()).isEqualTo(202);
      assertThat(cloud.member("GET", "p12", path, null).at("/snapshot/status"))
          .as("is not there yet")
          .isEqualTo("creating");
      cloud.report("near", Kind.SNAPSHOT, id, 1, Status.READY);
      Map<String, Object> reset = Map.of("os-reset_status", Map.of("status", status));
      assertThat(cloud.member("POST", "p12", path + "/action", reset).status()).isEqualTo(403);
      assertThat(cloud.admin("POST", "p12", path + "/action", reset).status()).isEqualTo(202);
      assertThat(cloud.member("GET", "p12", path, null).at("/snapshot/status")).isEqualTo(status);
      Map<String, Object> force = Map.of("os-force_delete", Map.of());
      assertThat(cloud.admin("POST", "p12", path + "/action", force).status()).isEqualTo(202);
      cloud.report("near", Kind.SNAPSHOT, id, 2, Status.ABSENT);
      assertThat(cloud.member("GET", "p12", path, null).status()).isEqualTo(404);
    }
  }

  @Test
  void whoMakesASnapshotSaysHowFarItIs() {
    String volume = cloud.available("p13", 1);
    String id = cloud.member("POST", "p13", "snapshots", snapshotOf(volume)).at("/snapshot/id");
    assertThat(update("p13", id, Map.of("status", "creating", "progress", "80%")).status())
        .isEqualTo(202);
    assertThat(progress("p13", id)).isEqualTo("80%");
    for (Map<String, Object> bad :
        List.<Map<String, Object>>of(
            Map.of("status", "deleting"),
            Map.of("progress", "50%"),
            Map.of("status", "error", "progress", "101%"))) {
      assertThat(update("p13", id, bad).status()).as("" + bad).isEqualTo(400);
    }
    assertThat(update("p13", id, Map.of("status", "error")).status()).isEqualTo(202);
    assertThat(cloud.member("GET", "p13", "snapshots/" + id, null).at("/snapshot/status"))
        .isEqualTo("error");
    assertThat(update("p13", id, Map.of("status", "creating")).status())
        .as("what is in error is not being made")
        .isEqualTo(400);
  }

  private Answer update(String project, String snapshot, Map<String, Object> status) {
    return cloud.member(
        "POST",
        project,
        "snapshots/" + snapshot + "/action",
        Map.of("os-update_snapshot_status", status));
  }

  private String progress(String project, String snapshot) {
    return cloud
        .member("GET", project, "snapshots/" + snapshot, null)
        .at("/snapshot/os-extended-snapshot-attributes:progress");
  }

  @Test
  void whatIsToldOfItsImageMayBeChanged() {
    String id = create("p14", Map.of("size", 3, "imageRef", VolumeCloud.IMAGE));
    assertThat(show("p14", id, "volume_image_metadata/image_name")).isEqualTo("guest");
    Map<String, Object> told = Map.of("image_name", "other", "kernel_id", "k");
    assertThat(act("p14", id, "os-set_image_metadata", Map.of("metadata", told)).status())
        .isEqualTo(200);
    cloud.report("near", Kind.VOLUME, id, 1, Status.READY);
    String copy = create("p14", Map.of("source_volid", id));
    assertThat(show("p14", copy, "volume_image_metadata/kernel_id")).isEqualTo("k");
    assertThat(act("p14", id, "os-unset_image_metadata", Map.of("key", "kernel_id")).status())
        .isEqualTo(200);
    Answer left = act("p14", id, "os-show_image_metadata", Map.of());
    assertThat(left.at("/metadata/image_name")).isEqualTo("other");
    assertThat(left.at("/metadata/image_id")).isEqualTo(VolumeCloud.IMAGE);
    assertThat(left.text()).doesNotContain("kernel_id");
    assertThat(act("p14", id, "os-unset_image_metadata", Map.of("key", "kernel_id")).status())
        .isEqualTo(404);
  }

  @Test
  void whatIsAttachedIsNeitherDeletedNorAttachedAgainWhateverItShows() {
    String id = cloud.available("p4", 1);
    attach("p4", id);
    reset("p4", id, "available");
    assertThat(show("p4", id, "status")).isEqualTo("available");
    assertThat(cloud.member("DELETE", "p4", "volumes/" + id, null).status()).isEqualTo(400);
    assertThat(forceDelete("p4", id).status()).isEqualTo(400);
    assertThatThrownBy(() -> attach("p4", id)).hasMessageContaining(id);
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.PRESENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"creating", "attaching", "error", "maintenance"})
  void isDeletedByForceWhateverItShows(String status) {
    String id = cloud.available("p5-" + status, 1);
    reset("p5-" + status, id, status);
    assertThat(act("p5-" + status, id, "os-force_delete", Map.of()).status()).isEqualTo(403);
    assertThat(forceDelete("p5-" + status, id).status()).isEqualTo(202);
    assertThat(show("p5-" + status, id, "status")).isEqualTo("deleting");
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.ABSENT);
    cloud.report("near", Kind.VOLUME, id, 2, Status.ABSENT);
    assertThat(cloud.member("GET", "p5-" + status, "volumes/" + id, null).status()).isEqualTo(404);
  }

  @Test
  void isReservedOnce() {
    String id = cloud.available("p6", 1);
    assertThat(act("p6", id, "os-reserve", Map.of()).status()).isEqualTo(202);
    assertThat(show("p6", id, "status")).isEqualTo("attaching");
    assertThat(act("p6", id, "os-reserve", Map.of()).status()).isEqualTo(400);
    assertThat(act("p6", id, "os-unreserve", Map.of()).status()).isEqualTo(202);
    assertThat(show("p6", id, "status")).isEqualTo("available");
    String gone = UUID.randomUUID().toString();
    assertThat(act("p6", gone, "os-reserve", Map.of()).status()).isEqualTo(404);
  }

  @Test
  void saysWhatIsNotOffered() {
    String id = cloud.available("p7", 1);
    Answer moved = act("p7", id, "os-migrate_volume", Map.of());
    assertThat(moved.status()).isEqualTo(400);
    assertThat(moved.at("/badRequest/message"))
        .isEqualTo("os-migrate_volume: this is not offered here.");
    assertThat(act("p7", id, "os-dance", Map.of()).at("/badRequest/message"))
        .isEqualTo("There is no such action: os-dance.");
  }

  @Test
  void itsMetadataIsReadAndSetByTheItem() {
    readsAndSetsMetadata("volumes/" + cloud.available("p9", 1));
  }

  @Test
  void aSnapshotsMetadataIsReadAndSetByTheItem() {
    String volume = cloud.available("p9", 1);
    Map<String, Object> body = Map.of("snapshot", Map.of("volume_id", volume));
    readsAndSetsMetadata(
        "snapshots/" + cloud.member("POST", "p9", "snapshots", body).at("/snapshot/id"));
  }

  @Test
  void administratorsSeeWhatIsOnAHost() {
    String volume = cloud.available("p30", 3);
    cloud.member("POST", "p30", "snapshots", Map.of("snapshot", Map.of("volume_id", volume)));
    Answer hosts = cloud.admin("GET", "p30", "os-hosts", null);
    assertThat(hosts.json().path("hosts").findValuesAsString("host_name")).contains("near", "far");
    Answer host = cloud.admin("GET", "p30", "os-hosts/near", null);
    JsonNode own =
        host.json()
            .path("host")
            .valueStream()
            .map(one -> one.path("resource"))
            .filter(one -> one.path("project").asString().equals("p30"))
            .findFirst()
            .orElseThrow();
    assertThat(own.path("volume_count").asString()).isEqualTo("1");
    assertThat(own.path("total_volume_gb").asString()).isEqualTo("3");
    assertThat(own.path("snapshot_count").asString()).isEqualTo("1");
    assertThat(own.path("total_snapshot_gb").asString()).isEqualTo("3");
    assertThat(host.at("/host/0/resource/project")).isEqualTo("(total)");
    assertThat(cloud.admin("GET", "p30", "os-hosts/nowhere", null).status()).isEqualTo(404);
    assertThat(cloud.member("GET", "p30", "os-hosts", null).status()).isEqualTo(403);
  }

  @Test
  void administratorsSeeWhatRoomThereIsAndCloseStores() {
    cloud.available("p31", 3);
    JsonNode pools =
        cloud.admin("GET", "p31", "scheduler-stats/get_pools?detail=true", null).json();
    assertThat(pools.path("pools").findValuesAsString("name")).contains("near", "far");
    assertThat(
            pools
                .path("pools")
                .valueStream()
                .mapToDouble(p -> p.at("/capabilities/provisioned_capacity_gb").asDouble())
                .sum())
        .isGreaterThanOrEqualTo(3);
    assertThat(cloud.member("GET", "p31", "scheduler-stats/get_pools", null).status())
        .isEqualTo(403);
    Map<String, Object> far =
        Map.of("host", "far", "binary", "cinder-volume", "disabled_reason", "new disks");
    Answer closed = cloud.admin("PUT", "p31", "os-services/disable-log-reason", far);
    assertThat(closed.at("/status")).isEqualTo("disabled");
    Answer shown = cloud.admin("GET", "p31", "os-services?host=far", null);
    assertThat(shown.at("/services/0/status")).isEqualTo("disabled");
    assertThat(shown.at("/services/0/disabled_reason")).isEqualTo("new disks");
    assertThat(cloud.admin("PUT", "p31", "os-services/enable", far).at("/status"))
        .isEqualTo("enabled");
    assertThat(cloud.admin("PUT", "p31", "os-services/enable", Map.of("host", "nowhere")).status())
        .isEqualTo(404);
  }

  @Test
  void aFrozenStoreTakesNoNewVolumes() {
    Map<String, Object> far = Map.of("host", "far");
    assertThat(cloud.admin("PUT", "p32", "os-services/freeze", far).status()).isEqualTo(202);
    Answer frozen = cloud.admin("GET", "p32", "os-services?host=far", null);
    assertThat(frozen.at("/services/0/status")).isEqualTo("disabled");
    assertThat(frozen.at("/services/0/disabled_reason")).isEqualTo("frozen");
    assertThat(cloud.admin("PUT", "p32", "os-services/thaw", far).status()).isEqualTo(202);
    assertThat(cloud.admin("GET", "p32", "os-services?host=far", null).at("/services/0/status"))
        .isEqualTo("enabled");
    for (String action : List.of("freeze", "thaw")) {
      Map<String, Object> nowhere = Map.of("host", "nowhere");
      assertThat(cloud.admin("PUT", "p32", "os-services/" + action, nowhere).status())
          .isEqualTo(400);
    }
    assertThat(cloud.admin("PUT", "p32", "os-services/failover_host", far).text())
        .contains("no replicas");
    assertThat(cloud.member("PUT", "p32", "os-services/freeze", far).status()).isEqualTo(403);
  }

  @Test
  void saysWhatAStoreCanDo() {
    Answer near = cloud.admin("GET", "p33", "capabilities/near", null);
    Answer pools =
        cloud.admin("GET", "p33", "scheduler-stats/get_pools?detail=true&name=near", null);
    for (String same : List.of("vendor_name", "volume_backend_name", "storage_protocol")) {
      assertThat(near.at("/" + same))
          .isNotEmpty()
          .isEqualTo(pools.at("/pools/0/capabilities/" + same));
    }
    assertThat(near.at("/properties/total_iops_sec/type")).isEqualTo("integer");
    assertThat(cloud.admin("GET", "p33", "capabilities/nowhere", null).status()).isEqualTo(404);
    assertThat(cloud.member("GET", "p33", "capabilities/near", null).status()).isEqualTo(403);
  }

  @Test
  void aSnapshotOfNothingIsNotFound() {
    Map<String, Object> body = new HashMap<>();
    body.put("volume_id", null);
    assertThat(cloud.member("POST", "p9", "snapshots", Map.of("snapshot", body)).status())
        .isEqualTo(404);
    assertThat(cloud.member("POST", "p9", "snapshots", Map.of("snapshot", Map.of())).status())
        .isEqualTo(400);
  }

  private void readsAndSetsMetadata(String path) {
    Map<String, Object> two = Map.of("metadata", Map.of("size", "1", "shape", "round"));
    assertThat(cloud.member("POST", "p9", path + "/metadata", two).at("/metadata/size"))
        .isEqualTo("1");
    Map<String, Object> one = Map.of("metadata", Map.of("taste", "sweet"));
    assertThat(cloud.member("PUT", "p9", path + "/metadata", one).json().path("metadata").size())
        .isEqualTo(1);
    String item = path + "/metadata/colour";
    assertThat(cloud.member("GET", "p9", item, null).status()).isEqualTo(404);
    Map<String, Object> red = Map.of("meta", Map.of("colour", "red"));
    assertThat(cloud.member("PUT", "p9", item, red).at("/meta/colour")).isEqualTo("red");
    assertThat(cloud.member("GET", "p9", item, null).at("/meta/colour")).isEqualTo("red");
    assertThat(cloud.member("PUT", "p9", item, Map.of("meta", Map.of("size", "1"))).status())
        .isEqualTo(400);
    Answer removed = cloud.member("DELETE", "p9", item, null);
    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.text()).isEmpty();
    assertThat(cloud.member("DELETE", "p9", item, null).status()).isEqualTo(404);
  }

  @Test
  void isListedByFiltersInTheOrderAskedFor() {
    String small = create("p8", Map.of("name", "b", "size", 1, "metadata", Map.of("Type", "work")));
    String large = create("p8", Map.of("name", "a", "size", 3));
    cloud.report("near", Kind.VOLUME, large, 1, Status.READY);
    assertThat(ids("volumes?sort=size:desc")).containsExactly(large, small);
    assertThat(ids("volumes?sort=name:desc,id")).containsExactly(small, large);
    assertThat(ids("volumes/detail?sort_key=size&sort_dir=asc")).containsExactly(small, large);
    assertThat(ids("volumes")).as("the newest first").containsExactly(large, small);
    assertThat(ids("volumes?status=available")).containsExactly(large);
    assertThat(ids("volumes?availability_zone=nova&bootable=false")).hasSize(2);
    assertThat(ids("volumes?availability_zone=elsewhere")).isEmpty();
    assertThat(ids("volumes?metadata=%7B%27Type%27%3A+%27work%27%7D")).containsExactly(small);
    assertThat(ids("volumes?offset=1&sort=size")).containsExactly(small);
    assertThat(cloud.member("GET", "p8", "volumes?sort=colour", null).status()).isEqualTo(400);
    assertThat(cloud.member("GET", "p8", "volumes?sort=size:up", null).status()).isEqualTo(400);
    assertThat(cloud.member("GET", "p8", "volumes?metadata=%7B", null).status()).isEqualTo(400);
    Answer full = cloud.member("GET", "p8", "volumes?limit=2", null);
    assertThat(full.at("/volumes_links/0/rel")).as("as with cinder").isEqualTo("next");
    String next = full.at("/volumes_links/0/href");
    assertThat(ids("volumes?" + next.substring(next.indexOf('?') + 1))).isEmpty();
  }

  private List<String> ids(String path) {
    Answer list = cloud.member("GET", "p8", path, null);
    assertThat(list.status()).as(list.text()).isEqualTo(200);
    return list.json().at("/volumes").valueStream().map(v -> v.get("id").asString()).toList();
  }

  private void attach(String project, String id) {
    cloud.attach(project, id, UUID.randomUUID().toString());
  }

  private String create(String project, Map<String, Object> volume) {
    return cloud.member("POST", project, "volumes", Map.of("volume", volume)).at("/volume/id");
  }

  private static Map<String, Object> snapshotOf(String volume) {
    return Map.of("snapshot", Map.of("volume_id", volume, "name", "s"));
  }

  private Answer act(String project, String id, String action, Map<String, Object> arguments) {
    return cloud.member("POST", project, "volumes/" + id + "/action", Map.of(action, arguments));
  }

  private Answer reset(String project, String id, String status) {
    return cloud.admin(
        "POST",
        project,
        "volumes/" + id + "/action",
        Map.of("os-reset_status", Map.of("status", status)));
  }

  private Answer forceDelete(String project, String id) {
    return cloud.admin(
        "POST", project, "volumes/" + id + "/action", Map.of("os-force_delete", Map.of()));
  }

  private String show(String project, String id, String member) {
    return cloud.member("GET", project, "volumes/" + id, null).at("/volume/" + member);
  }
}
