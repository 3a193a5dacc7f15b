package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start reads of the maps, and what a pool does until it has read the rest. */
@Timeout(60)
class PoolStartTest {

  private static final int PAGES = 6;
  private static final long PAGE_BYTES = 64L << 20;
  private static final int LIMIT = 16;

  private final MemoryCatalogue kept = new MemoryCatalogue();
  private @Nullable PowerDisk disk;

  private TestPool open(Catalogue catalogue) throws Exception {
    PoolOptions options = new PoolOptions(LIMIT, LIMIT, 64 << 10, 16 << 10, Duration.ofMillis(20));
    return TestPool.open(
        loop -> {
          PowerDisk before = disk;
          PowerDisk next =
              before == null
                  ? PowerDisk.empty(loop, new Random(1), Long.MAX_VALUE)
                  : before.restarted(loop, Long.MAX_VALUE);
          disk = next;
          return next;
        },
        catalogue,
        options);
  }

  /** A volume with a chunk in each of its pages, whole but for one block; and a checkpoint. */
  private void prepare() throws Exception {
    try (TestPool node = open(kept)) {
      TestPool.expectOk(node.pool().create("v", PAGES * PAGE_BYTES));
      for (int page = 0; page < PAGES; page++) {
        TestPool.expectOk(node.fill("v", page * PAGE_BYTES, 4096, page + 1));
        TestPool.expectOk(node.trim("v", page * PAGE_BYTES + 8192, 4096));
      }
      TestPool.expectOk(node.flush("v"));
    }
  }

  private static void expect(TestPool node, String volume, int page, int value) throws Exception {
    assertThat(node.read(volume, page * PAGE_BYTES, 2)).containsOnly(value);
  }

  private static void expectAsPrepared(TestPool node) throws Exception {
    for (int page = 0; page < PAGES; page++) {
      expect(node, "v", page, page + 1);
    }
  }

  /** Until all is read, and what that tells of free space is known. */
  private static void awaitMaps(TestPool node) throws Exception {
    while (!node.usage().mapsRead()) {
      assertThat(node.pool().isBroken()).isFalse();
      Thread.onSpinWait();
    }
    TestPool.expectOk(node.pool().create("after", 4096));
  }

  /** A free slot that is being zeroed counts as used. */
  private static void awaitUsed(TestPool node, int mebibytes) {
    while (node.usedMib() != mebibytes) {
      Thread.onSpinWait();
    }
  }

  @Test
  void servesBeforeItHasReadTheMaps() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      assertThat(held.told()).isZero();
      expect(node, "v", 3, 4);
      expect(node, "v", 3, 4);
      TestPool.expectOk(node.fill("v", 5 * PAGE_BYTES, 4096, 9));
      assertThat(held.told()).isEqualTo(2);
      assertThat(node.usage().mapsRead()).isFalse();
      assertThat(node.usedMib()).isEqualTo(PAGES);
      held.letGo();
      awaitMaps(node);
      for (int page = 0; page < PAGES; page++) {
        expect(node, "v", page, page == 5 ? 9 : page + 1);
      }
      awaitUsed(node, PAGES);
      assertThat(held.told()).isEqualTo(2);
    }
  }

  @Test
  void keepsAPageWhoseOwnRowComesWhenAllHaveBeenRead() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      Runnable letSinglesGo = held.holdSingles();
      ByteBuf bytes = Unpooled.buffer(2, 2);
      CompletableFuture<Outcome> late =
          node.on("v", (device, done) -> device.read(3 * PAGE_BYTES, bytes, done));
      node.settle();
      held.letGo();
      awaitMaps(node);
      letSinglesGo.run();
      TestPool.expectOk(late);
      TestPool.expectOk(node.pool().create("w", 4096));
    }
    try (TestPool node = open(kept)) {
      awaitMaps(node);
      expectAsPrepared(node);
    }
  }

  @Test
  void readsWhatTheJournalChanges() throws Exception {
    prepare();
    FaultyCatalogue faulty = new FaultyCatalogue(kept);
    try (TestPool node = open(faulty)) {
      TestPool.expectOk(node.trim("v", 2 * PAGE_BYTES, 1 << 20));
      TestPool.expectOk(node.flush("v"));
      faulty.fail();
      assertThat(node.closePool()).isEqualTo(Outcome.IO_ERROR);
    }
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      assertThat(held.told()).isEqualTo(1);
      expect(node, "v", 2, 0);
      expect(node, "v", 1, 2);
      held.letGo();
      awaitMaps(node);
      awaitUsed(node, PAGES - 1);
    }
  }

  @Test
  void usesNoSpaceOfBeforeUntilItHasReadAllMaps() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      TestPool.expectOk(node.pool().create("w", 64L << 20));
      CompletableFuture<Outcome> waits = node.fill("w", 0, 1 << 20, 7);
      node.settle();
      assertThat(waits).isNotDone();
      held.letGo();
      TestPool.expectOk(waits);
      expectAsPrepared(node);
    }
  }

  @Test
  void clonesDeletesAndZeroesWhatItHasNotRead() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      TestPool.expectOk(node.pool().snapshot("s", "v"));
      TestPool.expectOk(node.pool().cloneOf(VolumeKind.SNAPSHOT, "s", "c", PAGES * PAGE_BYTES));
      TestPool.expectOk(node.trim("v", 0, 3 * PAGE_BYTES));
      TestPool.expectOk(node.pool().delete(VolumeKind.SNAPSHOT, "s"));
      TestPool.expectOk(node.pool().create("gone", 4096));
      held.letGo();
      awaitMaps(node);
      TestPool.expectOk(node.fill("c", PAGE_BYTES, 4096, 77));
      for (int page = 0; page < PAGES; page++) {
        expect(node, "v", page, page < 3 ? 0 : page + 1);
        expect(node, "c", page, page == 1 ? 77 : page + 1);
      }
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "c"));
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v"));
      awaitUsed(node, 0);
    }
  }

  @Test
  void copiesFromWhatARevertAheadHasMadeUnread() throws Exception {
    HeldPages held = new HeldPages(kept);
    try (TestPool node = openWithUnreadSnapshot(held)) {
      TestPool.expectOk(copyBehindRevert(node, "v", "w"));
      assertThat(node.read("w", 0, 2)).containsOnly(1);
      held.letGo();
    }
  }

  @Test
  void copiesToWhatARevertAheadHasMadeUnread() throws Exception {
    HeldPages held = new HeldPages(kept);
    try (TestPool node = openWithUnreadSnapshot(held)) {
      TestPool.expectOk(copyBehindRevert(node, "w", "v"));
      expect(node, "v", 0, 0);
      expect(node, "v", 1, 2);
      held.letGo();
    }
  }

  /** The volume has a page of its own, which has been read; the snapshot's has not. */
  private TestPool openWithUnreadSnapshot(HeldPages held) throws Exception {
    prepare();
    try (TestPool node = open(kept)) {
      TestPool.expectOk(node.pool().snapshot("s", "v"));
      TestPool.expectOk(node.fill("v", 0, 4096, 50));
      TestPool.expectOk(node.flush("v"));
    }
    TestPool node = open(held);
    expect(node, "v", 0, 50);
    TestPool.expectOk(node.pool().create("w", PAGE_BYTES));
    return node;
  }

  /** A write is under way, behind it waits the revert, and behind that the copy. */
  private static CompletableFuture<Outcome> copyBehindRevert(
      TestPool node, String source, String target) throws Exception {
    node.disk().stick();
    final CompletableFuture<Outcome> write = node.fill("v", 0, 4096, 51);
    final CompletableFuture<Outcome> revert = node.pool().revert("v", "s", 1);
    CompletableFuture<Outcome> copy =
        node.on(
            target,
            (device, done) -> {
              BlockDevice other = node.pool().device(VolumeKind.VOLUME, source).orElseThrow();
              device.take(other.extent(0, 1 << 20).orElseThrow(), 0, () -> true, done);
            });
    node.settle();
    assertThat(copy).isNotDone();
    node.disk().unstick(node.loop());
    TestPool.expectOk(write);
    TestPool.expectOk(revert);
    return copy;
  }

  @Test
  void freesWhatWasDeletedUnread() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      TestPool.expectOk(node.pool().create("w", 64L << 20));
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v"));
      held.letGo();
      TestPool.expectOk(node.fill("w", 0, LIMIT << 20, 5));
      assertThat(node.usedMib()).isEqualTo(LIMIT);
    }
    assertThat(kept.scan(Table.PAGE, 0, PAGES, (id, bytes) -> {})).isEqualTo(1);
  }

  @Test
  void tellsWhatItDoesNotKnowForData() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      TestPool.expectOk(node.pool().snapshot("s", "v"));
      TestPool.expectOk(node.trim("v", PAGE_BYTES, 4096));
      assertThat(runs(node, device -> visitor -> device.describe(0, PAGE_BYTES, visitor)))
          .doesNotContain(true);
      BlockDevice device =
          node.loop().submit(() -> node.pool().device(VolumeKind.VOLUME, "v").orElseThrow()).get();
      List<Boolean> differs = new ArrayList<>();
      node.loop()
          .submit(
              () ->
                  device.describeChanges(
                      "s", 0, 2 * PAGE_BYTES, (length, differing) -> differs.add(differing)))
          .get();
      assertThat(differs).startsWith(false).contains(true);
      held.letGo();
      awaitMaps(node);
      assertThat(runs(node, each -> visitor -> each.describe(0, PAGE_BYTES, visitor)))
          .contains(true);
    }
  }

  private interface Described {
    void to(BlockDevice.RunVisitor visitor);
  }

  private interface Describing {
    Described of(BlockDevice device);
  }

  /** Which of the runs are zeros. */
  private static List<Boolean> runs(TestPool node, Describing describing) throws Exception {
    return node.loop()
        .submit(
            () -> {
              List<Boolean> zeros = new ArrayList<>();
              BlockDevice device = node.pool().device(VolumeKind.VOLUME, "v").orElseThrow();
              describing.of(device).to((length, allocated, zero) -> zeros.add(zero));
              return zeros;
            })
        .get();
  }

  @Test
  void stopsThePoolWhenAMapIsDamagedOrMissing() throws Exception {
    prepare();
    List<Long> ids = new ArrayList<>();
    kept.forEach(Table.PAGE, (id, bytes) -> ids.add(id));
    kept.write(kept.changes().put(Table.PAGE, ids.get(1), new byte[] {1, 2, 3}));
    try (TestPool node = open(kept)) {
      while (!node.pool().isBroken()) {
        Thread.onSpinWait();
      }
      assertThat(TestPool.of(node.fill("v", PAGE_BYTES, 4096, 1))).isEqualTo(Outcome.IO_ERROR);
    }
    kept.write(kept.changes().remove(Table.PAGE, ids.get(1)));
    try (TestPool node = open(kept)) {
      while (!node.pool().isBroken()) {
        Thread.onSpinWait();
      }
      assertThat(TestPool.of(node.trim("v", PAGE_BYTES, 4096))).isEqualTo(Outcome.IO_ERROR);
    }
  }

  @Test
  void refusesSegmentsThatLostTheirEnd() throws Exception {
    prepare();
    PoolOptions options = new PoolOptions(LIMIT, 4, 64 << 10, 16 << 10, Duration.ofMillis(20));
    assertThatThrownBy(() -> TestPool.open(HollowDisk::new, kept, options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("have 0 MiB")
        .hasMessageContaining("expected 16 MiB");
  }

  @Test
  void makesDurableHowLongSegmentsAreBeforeACheckpointSaysSo() throws Exception {
    Set<String> synced = ConcurrentHashMap.newKeySet();
    List<Set<String>> durable = new CopyOnWriteArrayList<>();
    Catalogue catalogue =
        new ForwardingCatalogue(kept) {
          @Override
          public void write(Changes changes) {
            durable.add(Set.copyOf(synced));
            super.write(changes);
          }
        };
    PoolOptions options = new PoolOptions(LIMIT, 4, 64 << 10, 16 << 10, Duration.ofMillis(20));
    TestPool node =
        TestPool.open(
            loop -> {
              Map<String, Long> sizes = Map.of("seg-00000000", 3L << 20);
              return new HollowDisk(loop, new ConcurrentSkipListMap<>(sizes), synced);
            },
            catalogue,
            options);
    node.close();
    assertThat(durable.getFirst()).contains("seg-00000000");
  }

  @Test
  void readsCheckpointsOfEarlierFormats() throws Exception {
    prepare();
    byte[] meta = kept.get(Table.META, 0).orElseThrow();
    kept.write(
        kept.changes()
            .put(Table.META, 0, ByteBuffer.wrap(Arrays.copyOf(meta, 28)).putInt(0, 1).array()));
    Map<Long, byte[]> volumes = new HashMap<>();
    kept.forEach(Table.VOLUME, volumes::put);
    volumes.forEach(
        (id, bytes) -> {
          byte[] earlier = Arrays.copyOf(bytes, bytes.length - 16);
          earlier[0] = 2;
          kept.write(kept.changes().put(Table.VOLUME, id, earlier));
        });
    try (TestPool node = open(kept)) {
      awaitMaps(node);
      expectAsPrepared(node);
      long mapped =
          node.pool()
              .describe(VolumeKind.VOLUME, "v")
              .get(20, TimeUnit.SECONDS)
              .orElseThrow()
              .allocatedBytes();
      assertThat(mapped).isEqualTo(PAGES * ((1L << 20) - 4096));
      awaitUsed(node, PAGES);
    }
    assertThat(kept.get(Table.META, 0).orElseThrow()).hasSize(36);
  }

  @Test
  void closesWhileItReads() throws Exception {
    prepare();
    HeldPages held = new HeldPages(kept);
    try (TestPool node = open(held)) {
      TestPool.expectOk(node.pool().create("w", 64L << 20));
      CompletableFuture<Outcome> waits = node.fill("w", 0, 1 << 20, 7);
      node.settle();
      CompletableFuture<Outcome> closed = node.pool().close();
      assertThat(TestPool.of(waits)).isEqualTo(Outcome.NO_SPACE);
      assertThat(closed).isNotDone();
      held.letGo();
      assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo(Outcome.OK);
    }
    try (TestPool node = open(kept)) {
      expect(node, "v", 4, 5);
    }
  }
}
