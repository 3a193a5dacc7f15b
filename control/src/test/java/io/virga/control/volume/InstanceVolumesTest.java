package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.database.Transaction;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.policy.Caller;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.control.volume.InstanceVolumes.Attachment;
import io.virga.control.volume.InstanceVolumes.RootDisk;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;

/** Volumes as the compute service uses them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InstanceVolumesTest {

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
  void everyAttachmentHasAnExportOfItsOwn() {
    String id = cloud.available("p1", 1);
    String server = server();
    assertThat(attach("p1", id, server, "near").exportName()).isEqualTo(id + ".1");
    assertThat(cloud.spec(id, "near").exports())
        .containsExactly(new ExportSpec(id + ".1", 1, false));
    assertThat(show("p1", id, "/volume/status")).isEqualTo("in-use");
    assertThat(show("p1", id, "/volume/attachments/0/server_id")).isEqualTo(server);
    assertThat(show("p1", id, "/volume/attachments/0/device")).isEqualTo("/dev/vdb");

    run(t -> cloud.instanceVolumes().beginDetach(t, caller("p1"), id, server));
    assertThat(show("p1", id, "/volume/status")).isEqualTo("detaching");
    assertThat(cloud.spec(id, "near").exports()).as("until the guest has let go").hasSize(1);
    run(t -> cloud.instanceVolumes().finishDetach(t, id, server));
    run(t -> cloud.instanceVolumes().finishDetach(t, id, server));
    assertThat(cloud.spec(id, "near").exports()).isEmpty();
    assertThat(show("p1", id, "/volume/status")).isEqualTo("available");

    assertThat(attach("p1", id, server, "near").exportName()).isEqualTo(id + ".2");
  }

  @Test
  void doesNotDetachWhatNobodyAskedToDetach() {
    String id = cloud.available("p2", 1);
    String server = server();
    attach("p2", id, server, "near");
    run(t -> cloud.instanceVolumes().finishDetach(t, id, server));
    assertThat(show("p2", id, "/volume/status")).isEqualTo("in-use");
  }

  @Test
  void refusesVolumesThatAreTakenElsewhereOrAnothersProjects() {
    String id = cloud.available("p3", 1);
    assertThatThrownBy(() -> attach("p3", id, server(), "far")).hasMessageContaining("near");
    assertThatThrownBy(() -> attach("other", id, server(), "near"))
        .hasMessageContaining("could not be found");
    attach("p3", id, server(), "near");
    assertThatThrownBy(() -> attach("p3", id, server(), "near")).hasMessageContaining("in-use");
    assertThat(
            cloud
                .api()
                .delete("/volume/v3/p3/volumes/" + id, cloud.api().token("p3", "member"))
                .status())
        .isEqualTo(400);
  }

  @Test
  void isOpenedOnOtherHostsByBlockStoresThatSpeakTls() {
    String id = cloud.available("p6", 1);
    String server = server();
    cloud.encrypted();
    try {
      AttachedVolume attached = attach("p6", id, server, "far");
      assertThat(attached.nbd()).contains(new NbdSource("198.18.0.2", 8720));
      assertThat(attached.exportName()).isEqualTo(id + ".1");
      assertThat(cloud.spec(id, "near").exports()).containsExactly(export(id, 1, "far"));
      move(server, "near");
      assertThat(cloud.spec(id, "near").exports())
          .as("closed to the host that it was on")
          .containsExactly(new ExportSpec(id + ".2", 2, false));
      move(server, "far");
      assertThat(cloud.spec(id, "near").exports()).containsExactly(export(id, 3, "far"));
      assertThat(only(server).exportName()).isEqualTo(id + ".3");
      assertThat(only(server).nbd()).isPresent();
      assertThat(tiedTo(server)).isEmpty();
    } finally {
      cloud.tellPortals();
    }
    assertThat(tiedTo(server)).as("no TLS, no other host").contains("near");
    run(t -> cloud.instanceVolumes().releaseAll(t, server));
    assertThat(cloud.spec(id, "near").exports()).isEmpty();
    attach("p6", id, server, "near");
    assertThat(cloud.spec(id, "near").exports())
        .containsExactly(new ExportSpec(id + ".4", 4, false));
  }

  private static ExportSpec export(String volume, long epoch, String host) {
    return new ExportSpec(volume + "." + epoch, epoch, false, Optional.of(host), Optional.empty());
  }

  private void move(String server, String host) {
    run(t -> cloud.instanceVolumes().moveTo(t, server, host));
  }

  private Optional<String> tiedTo(String server) {
    return run(t -> cloud.instanceVolumes().tiedTo(t, server)).orElseThrow();
  }

  private AttachedVolume only(String server) {
    return Optional.ofNullable(
            cloud
                .instanceVolumes()
                .attached(cloud.api().database(), server)
                .single()
                .block(VolumeCloud.TIMEOUT))
        .orElseThrow();
  }

  @Test
  void rootDiskIsHiddenAndEndsWithItsInstance() {
    String server = server();
    AttachedVolume root = claimRoot("p4", server);
    assertThat(root.root()).isTrue();
    assertThat(root.device()).isEqualTo("vda");
    VolumeSpec spec = cloud.spec(root.volumeId(), "near");
    assertThat(spec.source()).isEqualTo(VolumeCloud.IMAGE_SOURCE);
    assertThat(spec.exports()).hasSize(1);
    assertThat(
            cloud
                .api()
                .get("/volume/v3/p4/volumes/" + root.volumeId(), cloud.api().token("p4", "reader"))
                .status())
        .isEqualTo(404);
    String data = cloud.available("p4", 1);
    attach("p4", data, server, "near");
    assertThat(
            cloud
                .instanceVolumes()
                .attached(cloud.api().database(), server)
                .map(AttachedVolume::volumeId)
                .collectList()
                .block(VolumeCloud.TIMEOUT))
        .containsExactly(root.volumeId(), data);

    run(t -> cloud.instanceVolumes().releaseAll(t, server));
    assertThat(cloud.spec(root.volumeId(), "near").presence()).isEqualTo(Presence.ABSENT);
    assertThat(show("p4", data, "/volume/status")).isEqualTo("available");
    cloud.report("near", Kind.VOLUME, root.volumeId(), 2, Status.ABSENT);
    assertThat(cloud.told(root.volumeId(), "near", VolumeSpec.class)).isEmpty();
    assertThat(
            cloud
                .api()
                .get("/volume/v3/p4/limits", cloud.api().token("p4", "reader"))
                .at("/limits/absolute/totalVolumesUsed"))
        .as("a root disk counts against no quota")
        .isEqualTo("1");
  }

  @Test
  void refusesRootDiskSmallerThanItsImage() {
    assertThatThrownBy(
            () ->
                run(
                    t ->
                        cloud
                            .instanceVolumes()
                            .claimRoot(
                                t,
                                new RootDisk("p5", server(), "near"),
                                VolumeCloud.IMAGE_SOURCE,
                                1L << 30)))
        .hasMessageContaining("too small");
  }

  private AttachedVolume claimRoot(String project, String server) {
    return run(t ->
            cloud
                .instanceVolumes()
                .claimRoot(
                    t, new RootDisk(project, server, "near"), VolumeCloud.IMAGE_SOURCE, 5L << 30))
        .orElseThrow();
  }

  private AttachedVolume attach(String project, String volume, String server, String host) {
    return run(t ->
            cloud
                .instanceVolumes()
                .attach(t, caller(project), new Attachment(volume, server, host, "vdb", false)))
        .orElseThrow();
  }

  private <T> Optional<T> run(Function<Transaction, Mono<T>> work) {
    return cloud.api().database().inTransaction(work).blockOptional(VolumeCloud.TIMEOUT);
  }

  private Caller caller(String project) {
    String token = cloud.api().token(project, "member", "reader");
    return new LocalAuthenticator(cloud.api().verifier()).authenticate(token);
  }

  private String show(String project, String id, String pointer) {
    return cloud
        .api()
        .get("/volume/v3/" + project + "/volumes/" + id, cloud.api().token(project, "reader"))
        .at(pointer);
  }

  private static String server() {
    return UUID.randomUUID().toString();
  }
}
