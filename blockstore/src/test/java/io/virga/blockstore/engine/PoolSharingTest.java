package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.FaultyNode;
import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, clones, drains and zeroing that are asked for while a write does not end. */
@Timeout(60)
class PoolSharingTest {

  @TempDir Path directory;

  private static Outcome of(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  private static List<String> names(Pool pool) throws Exception {
    return pool.list().get(10, TimeUnit.SECONDS).stream().map(VolumeInfo::name).sorted().toList();
  }

  @Test
  void takesOneSnapshotHoweverOftenItIsAskedForMeanwhile() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      Pool pool = faulty.node().pool();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Outcome> first = pool.snapshot("s1", "v1");
      CompletableFuture<Outcome> second = pool.snapshot("s1", "v1");
      faulty.settle();
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();

      faulty.unstick();

      assertThat(of(write)).isEqualTo(Outcome.OK);
      assertThat(of(first)).isEqualTo(Outcome.OK);
      assertThat(of(second)).isEqualTo(Outcome.OK);
      assertThat(names(pool)).containsExactly("s1", "v1");
    }
  }

  @Test
  void aSnapshotThatIsDeletedBeforeItIsTakenIsNotTaken() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      Pool pool = faulty.node().pool();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Outcome> snapshot = pool.snapshot("s1", "v1");
      CompletableFuture<Outcome> deletion = pool.delete(VolumeKind.SNAPSHOT, "s1");
      CompletableFuture<Outcome> again = pool.snapshot("s2", "v1");

      assertThat(of(snapshot)).isEqualTo(Outcome.INVALID);
      assertThat(of(deletion)).isEqualTo(Outcome.OK);
      faulty.unstick();

      assertThat(of(write)).isEqualTo(Outcome.OK);
      assertThat(of(again)).isEqualTo(Outcome.OK);
      assertThat(names(pool)).containsExactly("s2", "v1");
    }
  }

  @Test
  void aCloneOfWhatIsDeletedMeanwhileIsInvalid() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      Pool pool = faulty.node().pool();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Outcome> deletion = pool.delete(VolumeKind.VOLUME, "v1");
      CompletableFuture<Outcome> clone = pool.cloneOf(VolumeKind.VOLUME, "v1", "v2", 8 << 20);
      faulty.settle();

      faulty.unstick();

      assertThat(of(write)).isEqualTo(Outcome.OK);
      assertThat(of(deletion)).isEqualTo(Outcome.OK);
      assertThat(of(clone)).isEqualTo(Outcome.INVALID);
      assertThat(names(pool)).isEmpty();
    }
  }

  @Test
  void aDrainWaitsForWritesThatHadToWaitThemselves() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      Pool pool = faulty.node().pool();
      CompletableFuture<Outcome> first = faulty.stuckWrite();
      CompletableFuture<Outcome> snapshot = pool.snapshot("s1", "v1");
      CompletableFuture<Outcome> second = faulty.write();
      CompletableFuture<Boolean> secondFirst =
          pool.drain(VolumeKind.VOLUME, "v1").thenApply(drained -> second.isDone());

      faulty.settle();
      faulty.unstick();

      assertThat(secondFirst.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(of(first)).isEqualTo(Outcome.OK);
      assertThat(of(snapshot)).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void aDrainWaitsForZeroingToItsEnd() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      Pool pool = faulty.node().pool();
      CompletableFuture<Outcome> write = faulty.stuckWrite();
      CompletableFuture<Outcome> zeroing =
          faulty.on(
              (device, done) ->
                  device.writeZeroes(
                      0, 8 << 20, new BlockDevice.ZeroOptions(false, true, false), done));
      CompletableFuture<Boolean> zeroedFirst =
          pool.drain(VolumeKind.VOLUME, "v1").thenApply(drained -> zeroing.isDone());

      faulty.settle();
      faulty.unstick();

      assertThat(zeroedFirst.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(of(zeroing)).isEqualTo(Outcome.OK);
      assertThat(of(write)).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void zerosLieOverAMoveThatHadBegunBefore() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      byte[] old = new byte[4096];
      Arrays.fill(old, (byte) 1);
      CompletableFuture<Outcome> before = Volumes.startWrite(node, VolumeKind.VOLUME, "v1", 0, old);
      assertThat(of(before)).isEqualTo(Outcome.OK);
      assertThat(of(node.pool().snapshot("s1", "v1"))).isEqualTo(Outcome.OK);
      CompletableFuture<Outcome> move = faulty.stuckWrite(512);
      CompletableFuture<Outcome> zeroing =
          faulty.on(
              (device, done) ->
                  device.writeZeroes(
                      0, 4096, new BlockDevice.ZeroOptions(false, false, false), done));
      faulty.settle();
      faulty.unstick();

      assertThat(of(move)).isEqualTo(Outcome.OK);
      assertThat(of(zeroing)).isEqualTo(Outcome.OK);
      assertThat(Volumes.read(node, VolumeKind.VOLUME, "v1", 0, 4096)).containsOnly(0);
    }
  }
}
