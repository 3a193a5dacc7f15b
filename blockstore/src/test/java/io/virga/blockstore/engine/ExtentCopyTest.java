package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ranges that become the same as others without a copy. */
@Timeout(60)
class ExtentCopyTest {

  private static final int MIB = TestPool.MIB;

  private static CompletableFuture<Outcome> take(
      TestPool node, String source, long from, long length, String target, long to) {
    return node.on(
        target,
        (device, done) -> {
          BlockDevice other = node.pool().device(VolumeKind.VOLUME, source).orElseThrow();
          device.take(other.extent(from, length).orElseThrow(), to, () -> true, done);
        });
  }

  private static void twoVolumes(TestPool node) throws Exception {
    TestPool.expectOk(node.pool().create("a", 8 * MIB));
    TestPool.expectOk(node.pool().create("b", 8 * MIB));
    TestPool.expectOk(node.fill("a", 0, 4 * MIB, 1));
    TestPool.expectOk(node.fill("b", 0, 4 * MIB, 2));
  }

  @Test
  void bothReferToTheSameSpaceUntilOneIsWritten() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      TestPool.expectOk(take(node, "a", MIB, 2 * MIB, "b", 2 * MIB));
      TestPool.expectOk(node.flush("b"));
      assertThat(node.usedMib()).isLessThanOrEqualTo(8);
      assertThat(node.read("b", 0, 2 * MIB)).containsOnly(2);
      assertThat(node.read("b", 2 * MIB, 2 * MIB)).containsOnly(1);

      TestPool.expectOk(node.fill("a", MIB, 4096, 3));
      TestPool.expectOk(node.fill("b", 3 * MIB, 4096, 4));

      assertThat(node.read("a", MIB, 4096)).containsOnly(3);
      assertThat(node.read("b", 2 * MIB, MIB)).containsOnly(1);
      assertThat(node.read("a", 2 * MIB, MIB)).containsOnly(1);
      assertThat(node.read("b", 3 * MIB, 4096)).containsOnly(4);
    }
  }

  @Test
  void takesNoSpaceOfItsOwnAndGivesUpWhatItHad() throws Exception {
    try (TestPool node = TestPool.open(8)) {
      twoVolumes(node);
      TestPool.expectOk(take(node, "a", 0, 4 * MIB, "b", 4 * MIB));
      assertThat(node.read("b", 4 * MIB, 4 * MIB)).containsOnly(1);
      TestPool.expectOk(take(node, "a", 0, 4 * MIB, "b", 0));
      TestPool.expectOk(node.pool().create("c", 4 * MIB));
      TestPool.expectOk(node.fill("c", 0, 4 * MIB, 5));
      assertThat(node.read("b", 0, 8 * MIB)).containsOnly(1);
    }
  }

  @Test
  void holesStayHolesAndRangesNeedNotLieAlikeInTheirMebibytes() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      TestPool.expectOk(node.trim("a", 4096, 8192));
      TestPool.expectOk(take(node, "a", 0, 64 * 4096, "b", 5 * 4096));
      assertThat(node.read("b", 0, 5 * 4096)).containsOnly(2);
      assertThat(node.read("b", 5 * 4096, 4096)).containsOnly(1);
      assertThat(node.read("b", 6 * 4096, 8192)).containsOnly(0);
      assertThat(node.read("b", 8 * 4096, 61 * 4096)).containsOnly(1);
      assertThat(node.read("b", 69 * 4096, 4096)).containsOnly(2);
    }
  }

  @Test
  void withinOneVolume() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      TestPool.expectOk(take(node, "a", 0, MIB, "a", 6 * MIB));
      TestPool.expectOk(node.fill("a", 0, 4096, 3));
      assertThat(node.read("a", 6 * MIB, MIB)).containsOnly(1);
      assertThat(TestPool.of(take(node, "a", 0, MIB, "a", MIB / 2)))
          .isEqualTo(Outcome.NOT_SUPPORTED);
    }
  }

  @Test
  void whatCannotBeSharedIsLeftAlone() throws Exception {
    try (TestPool node = TestPool.open(64);
        TestPool other = TestPool.open(64)) {
      twoVolumes(node);
      TestPool.expectOk(other.pool().create("o", 8 * MIB));
      assertThat(TestPool.of(take(node, "a", 512, MIB, "b", 512))).isEqualTo(Outcome.NOT_SUPPORTED);
      assertThat(TestPool.of(take(node, "a", 0, 8192, "b", 0))).isEqualTo(Outcome.NOT_SUPPORTED);
      BlockDevice elsewhere =
          other
              .loop()
              .submit(() -> other.pool().device(VolumeKind.VOLUME, "o").orElseThrow())
              .get();
      assertThat(
              TestPool.of(
                  node.on(
                      "b",
                      (device, done) ->
                          device.take(
                              elsewhere.extent(0, MIB).orElseThrow(), 0, () -> true, done))))
          .isEqualTo(Outcome.NOT_SUPPORTED);
      assertThat(new MemoryDevice(MIB).extent(0, MIB)).isEmpty();
      assertThat(node.read("b", 0, MIB)).containsOnly(2);
    }
  }

  @Test
  void writesThatAreUnderWayEndBeforeAndThoseThatComeWait() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      node.disk().stick();
      final CompletableFuture<Outcome> before = node.fill("a", 0, 4096, 7);
      final CompletableFuture<Outcome> copy = take(node, "a", 0, MIB, "b", 0);
      final CompletableFuture<Outcome> behind = node.fill("a", 0, 4096, 8);
      final CompletableFuture<Outcome> meanwhile = node.fill("b", 4096, 4096, 9);
      node.settle();
      assertThat(copy).isNotDone();

      node.disk().unstick(node.loop());

      TestPool.expectOk(before);
      TestPool.expectOk(copy);
      TestPool.expectOk(behind);
      TestPool.expectOk(meanwhile);
      assertThat(node.read("b", 0, 4096)).containsOnly(7);
      assertThat(node.read("a", 0, 4096)).containsOnly(8);
      assertThat(node.read("b", 4096, 4096)).as("came before its volume was held").containsOnly(1);
    }
  }

  @Test
  void nothingComesThroughADoorThatWasClosedWhileItWaited() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      node.disk().stick();
      final CompletableFuture<Outcome> before = node.fill("a", 0, 4096, 7);
      BlockDevice volume =
          node.loop().submit(() -> node.pool().device(VolumeKind.VOLUME, "b").orElseThrow()).get();
      CheckedBlockDevice door = new CheckedBlockDevice(volume, node.loop(), false);
      final CompletableFuture<Outcome> copy =
          node.on(
              "b",
              (device, done) -> {
                BlockDevice other = node.pool().device(VolumeKind.VOLUME, "a").orElseThrow();
                door.take(other.extent(0, MIB).orElseThrow(), 0, () -> true, done);
              });
      node.settle();
      assertThat(copy).isNotDone();
      node.loop().submit(door::close).syncUninterruptibly();
      TestPool.expectOk(node.pool().drain(VolumeKind.VOLUME, "b"));

      node.disk().unstick(node.loop());

      TestPool.expectOk(before);
      assertThat(TestPool.of(copy)).isEqualTo(Outcome.SHUT_DOWN);
      assertThat(node.read("b", 0, MIB)).containsOnly(2);
    }
  }

  @Test
  void copiesInBothDirectionsAtOnceEnd() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumes(node);
      node.disk().stick();
      node.fill("a", 0, 4096, 7);
      node.fill("b", 0, 4096, 8);
      final CompletableFuture<Outcome> there = take(node, "a", 0, MIB, "b", MIB);
      final CompletableFuture<Outcome> back = take(node, "b", 0, MIB, "a", MIB);
      final CompletableFuture<Outcome> gone = node.pool().delete(VolumeKind.VOLUME, "a");
      node.settle();

      node.disk().unstick(node.loop());

      TestPool.expectOk(there);
      TestPool.expectOk(back);
      TestPool.expectOk(gone);
      assertThat(node.read("b", MIB, 4096)).containsOnly(7);
    }
  }
}
