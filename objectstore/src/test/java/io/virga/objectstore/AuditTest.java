package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.audit.AuditPosition;
import io.virga.objectstore.audit.AuditStatus;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Damage in the data of a running cluster is found, never served, and made good. */
@Timeout(180)
class AuditTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p1", "c");
  private static final int OBJECTS = 24;

  @TempDir Path home;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private static void put(ObjectStore store, String name, byte[] bytes) {
    store
        .receive(
            CONTAINER.object(name),
            OptionalLong.of(bytes.length),
            Flux.just(Unpooled.wrappedBuffer(bytes)),
            received ->
                store.put(
                    CONTAINER.object(name),
                    NewObject.of(received, "text/plain", Map.of()),
                    received.content(),
                    Condition.NONE))
        .block();
  }

  private static byte[] bytes(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(name.hashCode() * 31L + length).nextBytes(bytes);
    return bytes;
  }

  /** Some are in the journal. */
  private static int size(int i) {
    return i % 3 == 0 ? 2000 + i * 50 : 5000 + i * 17_001;
  }

  private static byte[] get(ObjectStore store, String name) {
    ObjectStore.Open open =
        store.open(CONTAINER.object(name)).blockOptional().orElseThrow().orElseThrow();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (open) {
      open.content()
          .bytes(0, open.row().sizeBytes())
          .doOnNext(part -> append(part, all))
          .blockLast();
    }
    return all.toByteArray();
  }

  private static void append(ByteBuf part, ByteArrayOutputStream all) {
    byte[] copy = new byte[part.readableBytes()];
    part.readBytes(copy).release();
    all.writeBytes(copy);
  }

  private static void fill(TestCluster cluster) {
    cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
    for (int i = 0; i < OBJECTS; i++) {
      put(cluster.store(i % 4), "o" + i, bytes("o" + i, size(i)));
    }
    cluster.awaitReplicated();
  }

  private static void assertAllServed(TestCluster cluster, int nodes) {
    for (int node = 0; node < nodes; node++) {
      for (int i = 0; i < OBJECTS; i++) {
        assertThat(get(cluster.store(node), "o" + i)).isEqualTo(bytes("o" + i, size(i)));
      }
    }
  }

  private static List<ObjectRow> rows(Device device) {
    return device.index().pages().objects(new byte[0], 1000).rows();
  }

  private static Path segment(Device device, Extent extent) {
    long number = Math.abs(extent.segment());
    return extent.isInJournal()
        ? device.directory().resolve("journal").resolve("%020d.journal".formatted(number))
        : device.directory().resolve("data").resolve("%020d.data".formatted(number));
  }

  /** Flips a bit in the stored bytes of an object, anywhere, its header included. */
  private void flip(Device device, ObjectRow row) throws IOException {
    Extent extent = row.extents().get(random.nextInt(row.extents().size()));
    int header = extent.isInJournal() ? 0 : 44 + row.path().toString().length();
    long start = extent.offset() - header;
    long at = start + random.nextLong(header + extent.storedBytes());
    try (FileChannel channel =
        FileChannel.open(
            segment(device, extent), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8))).flip();
      channel.write(one, at);
    }
  }

  /** Cuts a data segment as a file system that lost its end would. */
  private static void tear(Device device, ObjectRow row) throws IOException {
    Extent extent = row.extents().getLast();
    try (FileChannel channel =
        FileChannel.open(segment(device, extent), StandardOpenOption.WRITE)) {
      channel.truncate(extent.offset() + extent.storedBytes() - 1);
    }
  }

  private static AuditPosition audit(TestCluster cluster, int node) {
    return cluster.node(node).auditor().pass().join();
  }

  @Test
  void findsEveryFlippedBitAndRepairsIt() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      fill(cluster);
      Set<String> damaged = new HashSet<>();
      for (ObjectRow row : rows(cluster.node(1).device())) {
        if (random.nextBoolean()) {
          flip(cluster.node(1).device(), row);
          damaged.add(row.path().toString());
        }
      }
      AuditPosition passed = audit(cluster, 1);
      assertThat(passed.objects()).isEqualTo(rows(cluster.node(1).device()).size());
      AuditStatus status = cluster.node(1).auditor().status();
      assertThat(status.quarantine())
          .as("seed %d", seed)
          .extracting(AuditStatus.Item::path)
          .containsExactlyInAnyOrderElementsOf(damaged);
      assertThat(passed.damaged()).isEqualTo(damaged.size());
      assertThat(status.damaged()).isEqualTo(damaged.size());
      assertThat(status.repaired()).isEqualTo(damaged.size());
      assertThat(status.lost()).isZero();
      assertThat(status.quarantine()).allMatch(AuditStatus.Item::settled);
      assertThat(audit(cluster, 1).damaged()).isZero();
      assertAllServed(cluster, 4);
      assertThat(cluster.node(1).auditor().purgeQuarantine()).isEqualTo(damaged.size());
      assertThat(cluster.node(1).auditor().status().quarantine()).isEmpty();
      cluster.awaitReplicated();
    }
  }

  @Test
  void servesNoDamageAndRepairsWhatReadersMeet() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      fill(cluster);
      for (int node = 0; node < 2; node++) {
        for (ObjectRow row : rows(cluster.node(node).device())) {
          flip(cluster.node(node).device(), row);
        }
      }
      assertAllServed(cluster, 4);
      while (cluster.node(0).auditor().status().repaired() == 0) {
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(cluster.node(0).auditor().status().pass()).isEqualTo(1);
      for (int node = 0; node < 2; node++) {
        audit(cluster, node);
        AuditStatus status = cluster.node(node).auditor().status();
        assertThat(status.damaged()).isEqualTo(rows(cluster.node(node).device()).size());
        assertThat(status.repaired()).as("seed %d", seed).isEqualTo(status.damaged());
        assertThat(status.lost()).isZero();
      }
      assertAllServed(cluster, 4);
      cluster.awaitReplicated();
    }
  }

  @Test
  void repairsWhatWasTornOffSegments() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      fill(cluster);
      Device device = cluster.node(2).device();
      for (ObjectRow row : rows(device)) {
        if (row.extents().stream().noneMatch(Extent::isInJournal)) {
          tear(device, row);
        }
      }
      assertAllServed(cluster, 4);
      audit(cluster, 2);
      AuditStatus status = cluster.node(2).auditor().status();
      assertThat(status.damaged()).isPositive();
      assertThat(status.repaired()).isEqualTo(status.damaged());
      assertThat(status.lost()).isZero();
      assertThat(audit(cluster, 2).damaged()).isZero();
      assertAllServed(cluster, 4);
    }
  }

  @Test
  void keepsWhatNobodyElseHasApartUntilAGoodCopyCanBeHad() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      fill(cluster);
      cluster.cutOff(3);
      List<ObjectRow> all = rows(cluster.node(3).device());
      for (ObjectRow row : all) {
        flip(cluster.node(3).device(), row);
      }
      audit(cluster, 3);
      AuditStatus status = cluster.node(3).auditor().status();
      assertThat(status.lost()).isEqualTo(all.size());
      assertThat(status.repaired()).isZero();
      assertThat(cluster.node(3).pass("check"))
          .isInstanceOfSatisfying(
              Passes.Checked.class,
              checked -> {
                assertThat(checked.good()).isFalse();
                assertThat(checked.devices().getFirst().differences())
                    .anyMatch(difference -> difference.contains("cannot be compared"));
              });
      assertThat(cluster.node(3).integrity().detail()).contains(all.size() + " damaged objects");
      assertThatThrownBy(() -> get(cluster.store(3), all.getFirst().path().object()))
          .isInstanceOf(StoreFailure.class);
      cluster.join(3);
      cluster.stop(3);
      cluster.restart(3);
      audit(cluster, 3);
      assertThat(cluster.node(3).auditor().status().lost()).isZero();
      assertAllServed(cluster, 4);
      cluster.awaitReplicated();
      for (int node = 0; node < 4; node++) {
        assertThat(cluster.node(node).pass("check"))
            .isInstanceOfSatisfying(
                Passes.Checked.class, checked -> assertThat(checked.good()).isTrue());
      }
    }
  }

  @Test
  void goesOnWhereItStoppedAfterARestart() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      fill(cluster);
      AuditPosition passed = audit(cluster, 0);
      cluster.stop(0);
      cluster.restart(0);
      AuditStatus status = cluster.node(0).auditor().status();
      assertThat(status.pass()).isEqualTo(passed.pass());
      assertThat(status.running()).isFalse();
      assertThat(audit(cluster, 0).pass()).isEqualTo(passed.pass() + 1);
    }
  }
}
