package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a volume says of its changes since a snapshot. */
@Timeout(120)
class VolumeChangesTest {

  private static final int SIZE = 8 << 20;
  private static final int BLOCKS = SIZE / Entry.BLOCK_BYTES;

  @TempDir Path directory;

  private static <T> T onLoop(TestNode node, Callable<T> question) {
    return node.loop().submit(question).syncUninterruptibly().getNow();
  }

  private static BlockDevice device(TestNode node, VolumeKind kind, String name) {
    return node.pool().device(kind, name).orElseThrow();
  }

  private static List<String> snapshots(TestNode node, VolumeKind kind, String name) {
    return onLoop(node, () -> device(node, kind, name).snapshots(100));
  }

  private static BitSet changes(TestNode node, VolumeKind kind, String name, String since) {
    BitSet changed = new BitSet();
    int[] at = {0};
    boolean known =
        onLoop(
            node,
            () ->
                device(node, kind, name)
                    .describeChanges(
                        since,
                        0,
                        SIZE,
                        (length, change) -> {
                          int end = at[0] + (int) (length / Entry.BLOCK_BYTES);
                          changed.set(at[0], end, change);
                          at[0] = end;
                          return true;
                        }));
    assertThat(known).isTrue();
    assertThat(at[0]).isEqualTo(BLOCKS);
    return changed;
  }

  private static void write(TestNode node, String volume, int block, int blocks, int value)
      throws Exception {
    byte[] bytes = new byte[blocks * Entry.BLOCK_BYTES];
    Arrays.fill(bytes, (byte) value);
    Outcome outcome =
        Volumes.startWrite(node, VolumeKind.VOLUME, volume, (long) block * Entry.BLOCK_BYTES, bytes)
            .get(20, TimeUnit.SECONDS);
    assertThat(outcome).isEqualTo(Outcome.OK);
  }

  @Test
  void whatDiffersIsToldAndWhatIsToldToBeTheSameIs() throws Exception {
    long seed = 41;
    Random random = new Random(seed);
    try (TestNode node = TestNode.open(directory, 256)) {
      TestNode.expectOk(node.pool().create("v1", SIZE));
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 20; i++) {
          int block = random.nextInt(BLOCKS);
          int blocks = 1 + random.nextInt(Math.min(400, BLOCKS - block));
          if (random.nextInt(4) == 0) {
            Volumes.on(
                    node,
                    VolumeKind.VOLUME,
                    "v1",
                    (device, done) -> device.trim(4096L * block, 4096L * blocks, false, done))
                .get(20, TimeUnit.SECONDS);
          } else {
            write(node, "v1", block, random.nextInt(3) == 0 ? blocks : 1, 1 + random.nextInt(9));
          }
        }
        for (int since = 0; since < round; since++) {
          expectSound(node, "s" + since, seed);
        }
        TestNode.expectOk(node.pool().snapshot("s" + round, "v1"));
        assertThat(changes(node, VolumeKind.VOLUME, "v1", "s" + round).isEmpty()).isTrue();
      }
    }
  }

  private static void expectSound(TestNode node, String snapshot, long seed) throws Exception {
    byte[] now = Volumes.read(node, VolumeKind.VOLUME, "v1", 0, SIZE);
    byte[] then = Volumes.read(node, VolumeKind.SNAPSHOT, snapshot, 0, SIZE);
    BitSet told = changes(node, VolumeKind.VOLUME, "v1", snapshot);
    for (int block = 0; block < BLOCKS; block++) {
      int from = block * Entry.BLOCK_BYTES;
      int to = from + Entry.BLOCK_BYTES;
      boolean same = Arrays.equals(now, from, to, then, from, to);
      assertThat(same || told.get(block)).as("block %d, seed %d", block, seed).isTrue();
    }
  }

  @Test
  void tellsOneBlockWhereTheRestOfItsMiBWasThereBefore() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      TestNode.expectOk(node.pool().create("v1", SIZE));
      write(node, "v1", 0, 512, 1);
      TestNode.expectOk(node.pool().snapshot("s1", "v1"));
      write(node, "v1", 300, 1, 2);

      BitSet changed = changes(node, VolumeKind.VOLUME, "v1", "s1");

      assertThat(changed.stream().boxed().toList()).containsExactly(300);
    }
  }

  @Test
  void knowsTheSnapshotsOfItsPastAlsoAfterARestart() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      Pool pool = node.pool();
      TestNode.expectOk(pool.create("v1", SIZE));
      TestNode.expectOk(pool.create("other", SIZE));
      TestNode.expectOk(pool.snapshot("o1", "other"));
      TestNode.expectOk(pool.snapshot("s1", "v1"));
      write(node, "v1", 1, 1, 1);
      TestNode.expectOk(pool.snapshot("s2", "v1"));
      TestNode.expectOk(pool.cloneOf(VolumeKind.SNAPSHOT, "s2", "c1", SIZE));
      write(node, "v1", 2, 1, 2);
      TestNode.expectOk(pool.snapshot("s3", "v1"));
      write(node, "c1", 3, 1, 3);
      TestNode.expectOk(pool.snapshot("c1-s1", "c1"));
      expectLineage(node);
    }
    try (TestNode node = TestNode.open(directory, 256)) {
      expectLineage(node);
      TestNode.expectOk(node.pool().delete(VolumeKind.SNAPSHOT, "s2"));
      assertThat(snapshots(node, VolumeKind.VOLUME, "v1")).containsExactly("s1", "s3");
      assertThat(onLoop(node, () -> device(node, VolumeKind.VOLUME, "v1").hasSnapshot("s2")))
          .isFalse();
    }
  }

  private static void expectLineage(TestNode node) {
    assertThat(snapshots(node, VolumeKind.VOLUME, "v1")).containsExactly("s1", "s2", "s3");
    assertThat(snapshots(node, VolumeKind.SNAPSHOT, "s2")).containsExactly("s1");
    assertThat(snapshots(node, VolumeKind.VOLUME, "c1")).containsExactly("c1-s1", "s1", "s2");
    assertThat(snapshots(node, VolumeKind.VOLUME, "other")).containsExactly("o1");
    assertThat(changes(node, VolumeKind.SNAPSHOT, "s2", "s1").isEmpty()).isFalse();
    assertThat(changes(node, VolumeKind.VOLUME, "c1", "s2").get(3)).isTrue();
    assertThat(changes(node, VolumeKind.VOLUME, "c1", "s2").get(256)).isFalse();
  }
}
