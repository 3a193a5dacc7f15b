package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of volumes whose pool is not there. */
@Timeout(60)
class DevicePoolsTest {

  private static final SnapshotSpec SNAPSHOT = new SnapshotSpec("s1", 1, Presence.PRESENT, "v1");

  @TempDir Path directory;

  private Path first;
  private Path second;
  private Path elsewhere;

  @BeforeEach
  void prepare() {
    first = directory.resolve("d1");
    second = directory.resolve("d2");
    elsewhere = directory.resolve("elsewhere");
  }

  private DeviceHost start(Path... devices) throws Exception {
    return new DeviceHost(directory, Set.of(), devices);
  }

  /** A volume with data and a snapshot of it on the first device. */
  private UUID fill() throws Exception {
    try (DeviceHost host = start(first)) {
      assertThat(host.bringAbout(volume("v1"), SNAPSHOT).status()).isEqualTo(Status.READY);
      host.write("v1", 7);
    }
    return PoolIdentity.read(first).orElseThrow();
  }

  private static void expectMissing(DeviceHost host, UUID pool) throws Exception {
    ObservedState volume = host.bringAbout(volume("v1"));
    assertThat(volume.status()).isEqualTo(Status.FAILED);
    assertThat(volume.error().orElseThrow()).contains(pool.toString(), "d1");
    ObservedState snapshot = host.bringAbout(volume("v1"), SNAPSHOT);
    assertThat(snapshot.kind()).isEqualTo("snapshot");
    assertThat(snapshot.status()).isEqualTo(Status.FAILED);
    assertThat(host.has(VolumeKind.VOLUME, "v1")).isFalse();
    assertThat(host.has(VolumeKind.SNAPSHOT, "s1")).isFalse();
    assertThat(host.health().status()).isEqualTo(Health.Status.DOWN);
    assertThat(host.health().detail())
        .contains(pool.toString(), "d1", "virga.blockstore.lost-pools");
  }

  @Test
  void aVolumeWhoseDiskIsNotMountedIsNotMadeAnew() throws Exception {
    UUID pool = fill();
    Files.move(first, elsewhere);
    Files.createDirectory(first);

    try (DeviceHost host = start(first)) {
      expectMissing(host, pool);
      assertThat(first).isEmptyDirectory();
    }

    Files.delete(first);
    Files.move(elsewhere, first);
    try (DeviceHost host = start(first)) {
      assertThat(host.bringAbout(volume("v1"), SNAPSHOT).status()).isEqualTo(Status.READY);
      assertThat(host.firstByte("v1")).isEqualTo(7);
      assertThat(host.health().status()).isEqualTo(Health.Status.UP);
    }
  }

  @Test
  void aVolumeWhoseDirectoryIsGoneIsNotMadeAnew() throws Exception {
    UUID pool = fill();
    Files.move(first, elsewhere);

    try (DeviceHost host = start(first)) {
      expectMissing(host, pool);
    }
    assertThat(first).doesNotExist();
  }

  @Test
  void aVolumeWhoseDeviceIsNotNamedAnyMoreIsNotMadeAnewAndOthersGoOn() throws Exception {
    UUID pool = fill();
    try (DeviceHost host = start(first, second)) {
      assertThat(host.pools().missing()).isEmpty();
      host.bringAbout(volume("v1"), volume("v2"));
      assertThat(host.has(VolumeKind.VOLUME, "v2")).isTrue();
    }
    try (DeviceHost host = start(second)) {
      expectMissing(host, pool);
      SnapshotSpec snapshot = new SnapshotSpec("s2", 1, Presence.PRESENT, "v2");
      assertThat(host.bringAbout(volume("v2"), snapshot).status()).isEqualTo(Status.READY);
      assertThat(host.bringAbout(clone("v3", "v2")).status()).isEqualTo(Status.READY);
      assertThat(host.bringAbout(volume("v4")).status()).isEqualTo(Status.FAILED);
    }
  }

  @Test
  void aVolumeThatMayBeInAMissingPoolIsNotSaidToBeGone() throws Exception {
    fill();
    Files.move(first, elsewhere);
    try (DeviceHost host = start(first)) {
      ObservedState told = host.bringAbout(spec("v1", Presence.ABSENT, new VolumeSource.Blank()));
      assertThat(told.status()).isEqualTo(Status.FAILED);
    }
  }

  @Test
  void aPoolThatIsDeclaredLostIsNotWaitedForNorOpened() throws Exception {
    UUID pool = fill();
    Files.move(first, elsewhere);
    try (DeviceHost host = new DeviceHost(directory, Set.of(pool), first)) {
      assertThat(host.health().status()).isEqualTo(Health.Status.UP);
      assertThat(host.bringAbout(volume("v1")).status()).isEqualTo(Status.READY);
      assertThat(host.firstByte("v1")).isZero();
    }
    assertThat(PoolIdentity.read(first).orElseThrow()).isNotEqualTo(pool);
    try (DeviceHost host = new DeviceHost(directory, Set.of(pool), first, elsewhere)) {
      assertThat(host.pools().open()).hasSize(1);
      assertThat(host.firstByte("v1")).isZero();
    }
  }

  @Test
  void aPoolIsFoundWhereverItsDiskIsNow() throws Exception {
    fill();
    Files.move(first, elsewhere);
    try (DeviceHost host = start(elsewhere)) {
      assertThat(host.bringAbout(volume("v1")).status()).isEqualTo(Status.READY);
      assertThat(host.firstByte("v1")).isEqualTo(7);
      assertThat(host.pools().missing()).isEmpty();
    }
  }

  @Test
  void aPoolOfBeforeGetsAnIdentity() throws Exception {
    fill();
    Files.delete(first.resolve("pool"));
    Files.delete(directory.resolve("pools.json"));
    try (DeviceHost host = start(first)) {
      assertThat(host.firstByte("v1")).isEqualTo(7);
    }
    assertThat(PoolIdentity.read(first)).isPresent();
  }

  @Test
  void aPoolThatLostItsCatalogueIsNotMadeAnew() throws Exception {
    fill();
    Files.move(first.resolve("catalogue"), elsewhere);
    try (DeviceHost host = start(first, second)) {
      assertThat(host.pools().open()).hasSize(1);
      assertThat(host.health().detail()).contains("catalogue is missing");
      assertThat(host.bringAbout(volume("v1")).status()).isEqualTo(Status.FAILED);
    }
    assertThat(first.resolve("catalogue")).doesNotExist();
  }

  private static VolumeSpec volume(String id) {
    return spec(id, Presence.PRESENT, new VolumeSource.Blank());
  }

  private static VolumeSpec clone(String id, String source) {
    return spec(id, Presence.PRESENT, new VolumeSource.Volume(source));
  }

  private static VolumeSpec spec(String id, Presence presence, VolumeSource source) {
    return new VolumeSpec(
        id, 1, presence, 8 << 20, source, List.of(), Optional.empty(), Optional.empty());
  }
}
