package io.virga.objectstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceMetrics;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.TestDisk;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three slots at devices 0, 1 and 2; the last was at device 3 before. */
class QuorumWriteTest {

  private static final ContainerPath PATH = new ContainerPath("AUTH_p", "c");
  private static final ContainerRow ROW =
      ContainerRow.created(PATH, new Timestamp(1_000_000), 0, StampedMetadata.NONE);
  private static final Write WRITE = Write.of(List.of(new Entry.PutContainer(ROW)));

  @TempDir Path home;

  private final List<LocalReplica> devices = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    for (int i = 0; i < 4; i++) {
      Device device =
          Device.open(
              new Device.Setup(
                  "d" + i,
                  home.resolve("d" + i),
                  new PathHasher(new byte[16]),
                  TestDisk.open(),
                  DeviceOptions.defaults().withSegments(2 << 20, 256 << 10).withMinimumFree(0),
                  DeviceMetrics.none()));
      devices.add(
          new LocalReplica(
              device, (replaced, replacement) -> Optional.empty(), InstantSource.system()));
    }
  }

  @AfterEach
  void close() throws IOException {
    for (LocalReplica device : devices) {
      device.device().close();
    }
  }

  private Slots slots(boolean isNews) {
    return new Slots(
        new PartitionId(PartitionId.Kind.CONTAINER, 0, 1),
        List.of(
            new Slots.Slot(devices.get(0), Optional.empty(), false),
            new Slots.Slot(devices.get(1), Optional.empty(), false),
            new Slots.Slot(devices.get(2), Optional.of(devices.get(3)), isNews)),
        List.of());
  }

  /** Writes while some devices cannot be reached. */
  private Verdict write(Slots slots, Integer... away) {
    Set<Replica> gone = Set.copyOf(List.of(away).stream().map(devices::get).toList());
    return QuorumWrite.start(
            slots,
            replica -> gone.contains(replica) ? Optional.empty() : Optional.of(WRITE),
            Runnable::run)
        .verdict()
        .join();
  }

  private boolean has(int device) {
    return devices.get(device).device().index().container(PATH).isPresent();
  }

  @Test
  void aSlotThatNotAllKnowToHaveMovedHasAWriteWhenTheDeviceBeforeHasIt() {
    assertThat(write(slots(true), 1)).isEqualTo(new Verdict.Accepted());
    assertThat(has(3)).isTrue();
  }

  @Test
  void whoReadsByTheRingBeforeMeetsEveryWriteThatCounted() {
    // By the ring before the slots are 0, 1 and 3: of the write only 0 would be found there.
    assertThatThrownBy(() -> write(slots(true), 1, 3))
        .hasCauseInstanceOf(StoreFailure.Unavailable.class);
    assertThat(write(slots(true), 2, 3)).isEqualTo(new Verdict.Accepted());
  }

  @Test
  void theDeviceBeforeIsLeftAloneWhenAllHaveHeard() {
    assertThat(write(slots(false), 1)).isEqualTo(new Verdict.Accepted());
    assertThat(has(3)).isFalse();
  }

  @Test
  void oneWriteIsForBothOnlyWhereBothHaveMovedAlike() {
    assertThat(slots(true).isWith(slots(true))).isTrue();
    assertThat(slots(true).isWith(slots(false))).isFalse();
    assertThat(slots(false).isWith(slots(false))).isTrue();
  }
}
