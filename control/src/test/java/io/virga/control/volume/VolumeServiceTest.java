package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Cinder's v3 API: what tenants see, what hosts are told, what they report. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VolumeServiceTest {

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
  void makesVolumeOnTheRoomiestHostAndForgetsItWhenTheHostHas() {
    Answer made = create("p1", Map.of("name", "data", "size", 1));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    String id = made.at("/volume/id");
    assertThat(made.at("/volume/status")).isEqualTo("creating");
    VolumeSpec spec = cloud.spec(id, "near");
    assertThat(spec.sizeBytes()).isEqualTo(1L << 30);
    assertThat(spec.source()).isEqualTo(new VolumeSource.Blank());
    assertThat(spec.exports()).isEmpty();

    cloud.report("far", Kind.VOLUME, id, 1, Status.READY);
    assertThat(status("p1", id)).as("another host's report").isEqualTo("creating");
    cloud.report("near", Kind.VOLUME, id, 1, Status.READY);
    assertThat(status("p1", id)).isEqualTo("available");

    assertThat(call("DELETE", "p1", "volumes/" + id, null).status()).isEqualTo(202);
    assertThat(status("p1", id)).isEqualTo("deleting");
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.ABSENT);
    assertThat(used("p1", "totalGigabytesUsed")).isEqualTo("1");
    cloud.report("near", Kind.VOLUME, id, 2, Status.ABSENT);
    assertThat(call("GET", "p1", "volumes/" + id, null).status()).isEqualTo(404);
    assertThat(cloud.told(id, "near", VolumeSpec.class)).isEmpty();
    assertThat(used("p1", "totalGigabytesUsed")).isEqualTo("0");
  }

  @Test
  void keepsVolumeThatItsHostHasLostWithoutBeingAsked() {
    String id = cloud.available("p2", 1);
    cloud.report("near", Kind.VOLUME, id, 1, Status.ABSENT);
    assertThat(status("p2", id)).isEqualTo("available");
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.PRESENT);
  }

  @Test
  void showsErrorUntilTheHostCouldDoIt() {
    String id = create("p3", Map.of("size", 1)).at("/volume/id");
    cloud.report("near", Kind.VOLUME, id, 1, Status.FAILED);
    assertThat(status("p3", id)).isEqualTo("error");
    cloud.report("near", Kind.VOLUME, id, 1, Status.READY);
    assertThat(status("p3", id)).isEqualTo("available");
  }

  @Test
  void keepsVolumeThatNoHostCanTakeAsAnError() {
    String big = create("p4", Map.of("size", 1000)).at("/volume/id");
    cloud
        .api()
        .database()
        .sql("UPDATE quota SET max_used = -1 WHERE project_id = 'p4'")
        .execute()
        .block(VolumeCloud.TIMEOUT);
    assertThat(status("p4", big)).isEqualTo("creating");
    Answer huge = create("p4", Map.of("size", 65_000));
    assertThat(huge.status()).as(huge.text()).isEqualTo(202);
    String id = huge.at("/volume/id");
    assertThat(status("p4", id)).isEqualTo("error");
    assertThat(call("DELETE", "p4", "volumes/" + id, null).status()).isEqualTo(202);
    assertThat(call("GET", "p4", "volumes/" + id, null).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "\"big\"", "1.5", "99999999999999999999", "true", "{}"})
  void refusesBadSizes(String size) {
    Answer answer = call("POST", "p5", "volumes", "{\"volume\":{\"size\":" + size + "}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.at("/badRequest/message"))
        .contains("volume.size")
        .contains(size.replace("\"", ""));
  }

  @Test
  void refusesMoreThanTheQuotaEvenAtOnce() {
    assertThat(create("p6", Map.of("size", 1001)).status()).isEqualTo(413);
    Optional<Long> made =
        Flux.range(0, 14)
            .flatMap(
                n ->
                    Flux.defer(() -> Flux.just(create("p6", Map.of("size", 1)).status()))
                        .subscribeOn(Schedulers.boundedElastic()),
                6)
            .filter(status -> status == 202)
            .count()
            .blockOptional(VolumeCloud.TIMEOUT);
    assertThat(made).contains(10L);
    assertThat(used("p6", "totalVolumesUsed")).isEqualTo("10");
  }

  @Test
  void hidesVolumesFromOtherProjects() {
    String id = cloud.available("p7", 1);
    for (String method : new String[] {"GET", "DELETE"}) {
      assertThat(call(method, "other", "volumes/" + id, null).status()).isEqualTo(404);
    }
    assertThat(call("GET", "other", "volumes/detail", null).text()).doesNotContain(id);
    assertThat(create("other", Map.of("source_volid", id)).status()).isEqualTo(404);
    Answer foreign = cloud.api().get("/volume/v3/p7/volumes", cloud.api().token("other", "reader"));
    assertThat(foreign.status()).isEqualTo(400);
    assertThat(
            call("POST", "other", "snapshots", Map.of("snapshot", Map.of("volume_id", id)))
                .status())
        .isEqualTo(404);
  }

  @Test
  void takesSnapshotsAndClonesOnTheHostOfTheirSource() {
    String id = cloud.available("p8", 2);
    Answer taken =
        call("POST", "p8", "snapshots", Map.of("snapshot", Map.of("volume_id", id, "name", "s")));
    String snapshot = taken.at("/snapshot/id");
    assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    assertThat(cloud.told(snapshot, "near", SnapshotSpec.class).orElseThrow().volumeId())
        .isEqualTo(id);
    assertThat(create("p8", Map.of("snapshot_id", snapshot)).status())
        .as("before it is taken")
        .isEqualTo(400);
    cloud.report("near", Kind.SNAPSHOT, snapshot, 1, Status.READY);

    String copy = create("p8", Map.of("snapshot_id", snapshot, "size", 3)).at("/volume/id");
    VolumeSpec spec = cloud.spec(copy, "near");
    assertThat(spec.source()).isEqualTo(new VolumeSource.Snapshot(snapshot));
    assertThat(spec.sizeBytes()).isEqualTo(3L << 30);
    assertThat(create("p8", Map.of("snapshot_id", snapshot, "size", 1)).status()).isEqualTo(400);

    assertThat(call("DELETE", "p8", "snapshots/" + snapshot, null).status())
        .as("while a volume is made of it")
        .isEqualTo(400);
    assertThat(call("DELETE", "p8", "volumes/" + id, null).status())
        .as("while it has a snapshot")
        .isEqualTo(400);
    cloud.report("near", Kind.VOLUME, copy, 1, Status.READY);
    assertThat(call("DELETE", "p8", "snapshots/" + snapshot, null).status()).isEqualTo(202);
    cloud.report("near", Kind.SNAPSHOT, snapshot, 2, Status.ABSENT);
    assertThat(call("DELETE", "p8", "volumes/" + id, null).status()).isEqualTo(202);
    assertThat(used("p8", "totalSnapshotsUsed")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deletesAVolumeWithItsSnapshotsInWhateverOrderTheirHostDoes(boolean volumeFirst) {
    String project = "p20" + volumeFirst;
    String id = cloud.available(project, 2);
    List<String> snapshots = List.of(snapshot(project, id), snapshot(project, id));
    String path = "volumes/" + id;
    assertThat(call("DELETE", project, path + "?cascade=true", null).status()).isEqualTo(202);
    assertThat(call("GET", project, path, null).at("/volume/status")).isEqualTo("deleting");

    if (volumeFirst) {
      cloud.report("near", Kind.VOLUME, id, 2, Status.ABSENT);
      assertThat(call("GET", project, path, null).at("/volume/status")).isEqualTo("deleting");
    }
    for (String snapshot : snapshots) {
      assertThat(cloud.told(snapshot, "near", SnapshotSpec.class).orElseThrow().presence())
          .isEqualTo(Presence.ABSENT);
      cloud.report("near", Kind.SNAPSHOT, snapshot, 2, Status.ABSENT);
    }
    if (!volumeFirst) {
      assertThat(call("GET", project, path, null).status()).isEqualTo(200);
      cloud.report("near", Kind.VOLUME, id, 2, Status.ABSENT);
    }
    assertThat(call("GET", project, path, null).status()).isEqualTo(404);
    assertThat(cloud.told(id, "near", VolumeSpec.class)).isEmpty();
    assertThat(used(project, "totalVolumesUsed")).isEqualTo("0");
    assertThat(used(project, "totalSnapshotsUsed")).isEqualTo("0");
  }

  @Test
  void deletesNothingIfOneSnapshotCannotBe() {
    String id = cloud.available("p21", 2);
    String made = snapshot("p21", id);
    call("POST", "p21", "snapshots", Map.of("snapshot", Map.of("volume_id", id)));
    String path = "volumes/" + id;
    assertThat(call("DELETE", "p21", path + "?cascade=true", null).status()).isEqualTo(400);
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.PRESENT);
    assertThat(cloud.told(made, "near", SnapshotSpec.class).orElseThrow().presence())
        .isEqualTo(Presence.PRESENT);
    assertThat(call("DELETE", "p21", path + "?cascade=true&force=true", null).status())
        .isEqualTo(403);
    assertThat(cloud.admin("DELETE", "p21", path + "?cascade=true&force=true", null).status())
        .isEqualTo(202);
    assertThat(cloud.spec(id, "near").presence()).isEqualTo(Presence.ABSENT);
  }

  private String snapshot(String project, String volume) {
    String id =
        call("POST", project, "snapshots", Map.of("snapshot", Map.of("volume_id", volume)))
            .at("/snapshot/id");
    cloud.report("near", Kind.SNAPSHOT, id, 1, Status.READY);
    return id;
  }

  @Test
  void makesBootableVolumeOfAnImageThatFits() {
    assertThat(create("p9", Map.of("imageRef", VolumeCloud.IMAGE, "size", 2)).status())
        .isEqualTo(400);
    Answer made = create("p9", Map.of("imageRef", VolumeCloud.IMAGE, "size", 3));
    assertThat(made.at("/volume/bootable")).isEqualTo("true");
    Answer shown = call("GET", "p9", "volumes/" + made.at("/volume/id"), null);
    assertThat(shown.at("/volume/volume_image_metadata/image_id")).isEqualTo(VolumeCloud.IMAGE);
    assertThat(cloud.spec(made.at("/volume/id"), "near").source())
        .isEqualTo(VolumeCloud.IMAGE_SOURCE);
    assertThat(create("p9", Map.of("imageRef", "nothing", "size", 3)).status()).isEqualTo(400);
  }

  @Test
  void growsAndNeverShrinks() {
    String id = cloud.available("p10", 2);
    assertThat(extend("p10", id, 1).status()).isEqualTo(400);
    assertThat(extend("p10", id, 4).status()).isEqualTo(202);
    assertThat(status("p10", id)).isEqualTo("extending");
    assertThat(cloud.spec(id, "near").sizeBytes()).isEqualTo(4L << 30);
    cloud.report("near", Kind.VOLUME, id, 2, Status.READY);
    assertThat(status("p10", id)).isEqualTo("available");
    assertThat(used("p10", "totalGigabytesUsed")).isEqualTo("4");
  }

  @Test
  void negotiatesItsVersion() {
    Answer newest = cloud.api().get("/volume/v3/", "");
    assertThat(newest.at("/versions/0/version")).isEqualTo("3.60");
    assertThat(newest.header("OpenStack-API-Version")).isEqualTo("volume 3.0");
    assertThat(cloud.api().get("/volume/", "").status()).isEqualTo(300);
    assertThat(
            cloud
                .api()
                .send(
                    cloud
                        .api()
                        .request("/volume/v3/")
                        .header("OpenStack-API-Version", "volume 3.61"))
                .status())
        .isEqualTo(406);
  }

  @Test
  void pagesByMarker() {
    for (int i = 0; i < 3; i++) {
      cloud.available("p11", 1);
    }
    Answer first = call("GET", "p11", "volumes/detail?limit=2", null);
    assertThat(first.json().at("/volumes").size()).isEqualTo(2);
    assertThat(first.at("/volumes_links/0/rel")).isEqualTo("next");
    Answer second =
        call("GET", "p11", "volumes/detail?limit=2&marker=" + first.at("/volumes/1/id"), null);
    assertThat(second.json().at("/volumes").size()).isEqualTo(1);
    assertThat(second.json().has("volumes_links")).isFalse();
  }

  private Answer create(String project, Map<String, Object> volume) {
    return call("POST", project, "volumes", Map.of("volume", volume));
  }

  private Answer extend(String project, String id, int gib) {
    return call(
        "POST", project, "volumes/" + id + "/action", Map.of("os-extend", Map.of("new_size", gib)));
  }

  private Answer call(String method, String project, String path, @Nullable Object body) {
    return cloud
        .api()
        .call(
            method,
            "/volume/v3/" + project + "/" + path,
            cloud.api().token(project, "member", "reader"),
            body);
  }

  private String status(String project, String id) {
    return call("GET", project, "volumes/" + id, null).at("/volume/status");
  }

  private String used(String project, String name) {
    return call("GET", project, "limits", null).at("/limits/absolute/" + name);
  }
}
