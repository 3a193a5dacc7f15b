package io.virga.objectstore.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceMetrics;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.log.TestDisk;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two devices of which each has everything, in one partition of each ring. */
class PurgerTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p", "c");
  private static final ObjectPath OBJECT = CONTAINER.object("o");
  private static final Timestamp MADE = new Timestamp(1_000_000_800_000_000L);
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final long DAY_MICROS = 24 * HOUR_MICROS;

  @TempDir Path home;

  private final List<LocalReplica> replicas = new ArrayList<>();
  private volatile Instant now = MADE.toInstant();

  @BeforeEach
  void open() throws IOException {
    for (String name : List.of("d1", "d2")) {
      Device device =
          Device.open(
              new Device.Setup(
                  name,
                  home.resolve(name),
                  new PathHasher(new byte[16]),
                  TestDisk.open(),
                  DeviceOptions.defaults().withSegments(2 << 20, 256 << 10).withMinimumFree(0),
                  DeviceMetrics.none()));
      replicas.add(
          new LocalReplica(device, (replaced, replacement) -> Optional.empty(), () -> now));
    }
  }

  @AfterEach
  void close() throws IOException {
    for (LocalReplica replica : replicas) {
      replica.device().close();
    }
  }

  /** Where everything is at the first so many devices. */
  private Topology topology(int devices) {
    return new Topology() {
      private Slots slots(PartitionId.Kind kind) {
        List<Slots.Slot> slots =
            replicas.stream()
                .limit(devices)
                .map(replica -> new Slots.Slot((Replica) replica, Optional.empty(), false))
                .toList();
        return new Slots(new PartitionId(kind, 0, 0), slots, List.of());
      }

      @Override
      public Slots account(String account) {
        return slots(PartitionId.Kind.ACCOUNT);
      }

      @Override
      public Slots container(ContainerPath path) {
        return slots(PartitionId.Kind.CONTAINER);
      }

      @Override
      public Slots object(int policy, ObjectPath path) {
        return slots(PartitionId.Kind.OBJECT);
      }

      @Override
      public boolean hasPolicy(int policy) {
        return policy == 0;
      }

      @Override
      public int defaultPolicy() {
        return 0;
      }

      @Override
      public boolean hasOnePolicy() {
        return true;
      }
    };
  }

  private void apply(Entry... entries) {
    replicas.getFirst().write(Write.of(List.of(entries)), Runnable::run).join();
  }

  private static Timestamp day(long days) {
    return new Timestamp(MADE.micros() + days * DAY_MICROS);
  }

  private static ContainerRow container(Timestamp deletedAt) {
    return new ContainerRow(
        CONTAINER,
        MADE,
        deletedAt,
        0,
        StampedMetadata.NONE,
        ContainerRow.Counts.NONE,
        Timestamp.ZERO);
  }

  private void makeAndDeleteAll() {
    ContainerRow there = container(Timestamp.ZERO);
    apply(new Entry.PutContainer(there), new Entry.PutAccountEntry(there.asEntry()));
    apply(new Entry.PutListing(OBJECT, ListingRow.of(MADE, 1, 1, "e", "t")));
    applyMarks();
  }

  /** What another replica would tell of what was deleted. */
  private void applyMarks() {
    apply(
        new Entry.PutObject(ObjectRow.tombstone(0, OBJECT, day(1))),
        new Entry.PutListing(OBJECT, ListingRow.tombstone(day(1))));
    ContainerRow gone = container(day(2));
    apply(new Entry.PutContainer(gone), new Entry.PutAccountEntry(gone.asEntry()));
  }

  private void complete() {
    for (PartitionId.Kind kind : PartitionId.Kind.values()) {
      apply(new Entry.PutComplete(new PartitionId(kind, 0, 0), 1));
    }
  }

  private long purge(Topology topology, Timestamp at) {
    now = at.toInstant();
    Timestamp cutoff = replicas.getFirst().expiry().cutoff();
    Purger purger = new Purger(replicas.getFirst(), topology);
    long purged = 0;
    for (Purger.Step step = purger.step(cutoff); ; step = purger.step(cutoff)) {
      purged += step.purged();
      if (step.last()) {
        return purged;
      }
    }
  }

  private long rows() {
    var pages = replicas.getFirst().device().index().pages();
    return pages.objects(new byte[0], 10).rows().size()
        + pages.listings(new byte[0], 10).rows().size()
        + pages.containers(new byte[0], 10).rows().size()
        + pages.entries(new byte[0], 10).rows().size();
  }

  @Test
  void forgetsWhatWasDeletedLongerAgoThanTheReclaimAge() {
    makeAndDeleteAll();
    complete();
    assertThat(rows()).isEqualTo(4);
    assertThat(purge(topology(2), day(7))).isZero();
    assertThat(purge(topology(2), day(8))).isZero();
    assertThat(purge(topology(2), new Timestamp(day(8).micros() + HOUR_MICROS))).isEqualTo(2);
    assertThat(rows()).isEqualTo(2);
    assertThat(purge(topology(2), day(10))).isEqualTo(2);
    assertThat(rows()).isZero();
  }

  @Test
  void takesWhatItHasForgottenBackOnlyLaterInTheHour() {
    makeAndDeleteAll();
    complete();
    assertThat(purge(topology(2), day(100))).isEqualTo(4);
    now = day(100).toInstant().plus(Duration.ofMinutes(9));
    applyMarks();
    assertThat(rows()).isZero();
    now = day(100).toInstant().plus(Duration.ofMinutes(11));
    applyMarks();
    assertThat(rows()).isEqualTo(4);
    assertThat(purge(topology(2), day(101))).isEqualTo(4);
  }

  @Test
  void keepsAllWhileThePartitionMayLackSomething() {
    makeAndDeleteAll();
    assertThat(purge(topology(2), day(100))).isZero();
    assertThat(rows()).isEqualTo(4);
    complete();
    assertThat(purge(topology(2), day(100))).isEqualTo(4);
  }

  @Test
  void needsNobodyWhereOneDeviceHasEverything() {
    makeAndDeleteAll();
    assertThat(purge(topology(1), day(100))).isEqualTo(4);
    assertThat(rows()).isZero();
  }

  @Test
  void keepsWhatIsThere() {
    ContainerRow there = container(Timestamp.ZERO);
    apply(new Entry.PutContainer(there), new Entry.PutAccountEntry(there.asEntry()));
    apply(new Entry.PutListing(OBJECT, ListingRow.of(MADE, 1, 1, "e", "t")));
    complete();
    assertThat(purge(topology(2), day(100))).isZero();
    assertThat(rows()).isEqualTo(3);
  }

  @Test
  void keepsAContainerThatIsGoneWhileItListsSomething() {
    makeAndDeleteAll();
    complete();
    apply(new Entry.PutListing(CONTAINER.object("p"), ListingRow.tombstone(day(98))));
    purge(topology(2), day(100));
    var pages = replicas.getFirst().device().index().pages();
    assertThat(pages.containers(new byte[0], 10).rows()).hasSize(1);
    assertThat(pages.listings(new byte[0], 10).rows()).hasSize(1);
    assertThat(purge(topology(2), day(106))).isEqualTo(2);
    assertThat(rows()).isZero();
  }
}
