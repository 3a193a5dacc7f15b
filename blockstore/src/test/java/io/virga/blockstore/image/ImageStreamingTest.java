package io.virga.blockstore.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContextBuilder;
import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.VolumeInfo;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.resources.LoopResources;

@Timeout(60)
class ImageStreamingTest {

  private static final int CHUNK = 1 << 20;

  @TempDir Path directory;
  private final byte[] disk = new byte[10 * CHUNK + 5 * 4096];
  private final LoopResources loops = LoopResources.create("images", 1, true);
  private ImageStore store;
  private HttpImageSource source;

  @BeforeEach
  void startStore() throws Exception {
    Random random = new Random(3);
    for (int chunk : new int[] {0, 1, 4, 5, 6, 9}) {
      byte[] bytes = new byte[CHUNK];
      random.nextBytes(bytes);
      System.arraycopy(bytes, 0, disk, chunk * CHUNK, CHUNK);
    }
    Arrays.fill(disk, 10 * CHUNK, disk.length, (byte) 7);
    store = new ImageStore(disk);
    source =
        new HttpImageSource(
            store.url(),
            SslContextBuilder.forClient().build(),
            loops,
            () -> Optional.of(ImageStore.TOKEN));
  }

  @AfterEach
  void stopStore() {
    source.close();
    store.close();
    loops.dispose();
  }

  @Test
  void rootDisksShowTheImageAndFetchEachChunkOnce() throws Exception {
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", 16 * CHUNK);
      rootDisk(node, "b", disk.length);

      byte[] first = Volumes.read(node, VolumeKind.VOLUME, "a", 0, 16 * CHUNK);
      byte[] second = Volumes.read(node, VolumeKind.VOLUME, "b", 0, disk.length);

      assertThat(Arrays.copyOf(first, disk.length)).isEqualTo(disk);
      assertThat(Arrays.copyOfRange(first, disk.length, 16 * CHUNK)).containsOnly(0);
      assertThat(second).isEqualTo(disk);
      assertThat(store.fetches()).hasSize(store.storedChunks());
      assertThat(store.fetches().values()).containsOnly(1);
    }
  }

  @Test
  void aCloneMadeBeforeAChunkWasFetchedSeesItAfterwards() throws Exception {
    Runnable release = store.hold();
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", disk.length);
      TestNode.expectOk(node.pool().snapshot("s", "a"));
      TestNode.expectOk(node.pool().cloneOf(VolumeKind.SNAPSHOT, "s", "c", disk.length));
      byte[] mine = new byte[100];
      Arrays.fill(mine, (byte) 0x33);
      CompletableFuture<Outcome> write =
          Volumes.startWrite(node, VolumeKind.VOLUME, "c", 4 * CHUNK + 50, mine);
      release.run();
      TestNode.expectOk(write);

      byte[] expected = disk.clone();
      System.arraycopy(mine, 0, expected, 4 * CHUNK + 50, mine.length);
      assertThat(Volumes.read(node, VolumeKind.VOLUME, "c", 0, disk.length)).isEqualTo(expected);
      assertThat(Volumes.read(node, VolumeKind.VOLUME, "a", 0, disk.length)).isEqualTo(disk);
      assertThat(Volumes.read(node, VolumeKind.SNAPSHOT, "s", 0, disk.length)).isEqualTo(disk);
    }
  }

  @Test
  void retriesWhatTheStoreRefusesAndNeverShowsIt() throws Exception {
    store.failNext(503, 500, 200, 404, 503);
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", disk.length);

      assertThat(Volumes.read(node, VolumeKind.VOLUME, "a", 0, disk.length)).isEqualTo(disk);
    }
  }

  @Test
  void keepsWhatWasFetchedAndGoesOnAfterRestart() throws Exception {
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", disk.length);
      Volumes.read(node, VolumeKind.VOLUME, "a", 0, 2 * CHUNK);
      awaitFetched(node);
    }
    Map<Integer, Integer> before = store.fetches();
    try (TestNode node = TestNode.open(directory, source, 256)) {
      assertThat(Volumes.read(node, VolumeKind.VOLUME, "a", 0, disk.length)).isEqualTo(disk);
    }
    assertThat(store.fetches()).isEqualTo(before);
  }

  @Test
  void fetchesTheRestWhenNoReadHasWaitedForAWhile() throws Exception {
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", disk.length);
      Volumes.read(node, VolumeKind.VOLUME, "a", 4 * CHUNK, CHUNK);
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      assertThat(store.fetches()).hasSize(1);
      awaitFetched(node);
      assertThat(store.fetches()).hasSize(store.storedChunks());
      assertThat(store.fetches().values()).containsOnly(1);
    }
  }

  @Test
  void removesTheImageWithItsLastUser() throws Exception {
    try (TestNode node = TestNode.open(directory, source, 256)) {
      rootDisk(node, "a", disk.length);
      TestNode.expectOk(node.pool().cloneOf(VolumeKind.VOLUME, "a", "b", disk.length));
      TestNode.expectOk(node.pool().delete(VolumeKind.VOLUME, "a"));
      assertThat(node.pool().list().get(5, TimeUnit.SECONDS)).hasSize(2);
      assertThat(Volumes.read(node, VolumeKind.VOLUME, "b", 0, disk.length)).isEqualTo(disk);

      TestNode.expectOk(node.pool().delete(VolumeKind.VOLUME, "b"));

      assertThat(node.pool().list().get(5, TimeUnit.SECONDS)).isEmpty();
    }
  }

  private static void awaitFetched(TestNode node) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    List<VolumeInfo> infos = node.pool().list().get(5, TimeUnit.SECONDS);
    while (!infos.stream().allMatch(VolumeInfo::fetched)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      infos = node.pool().list().get(5, TimeUnit.SECONDS);
    }
  }

  private void rootDisk(TestNode node, String name, long sizeBytes) throws Exception {
    TestNode.expectOk(
        node.pool()
            .createFromImage(name, sizeBytes, new Pool.Image("i1", disk.length, ImageStore.PATH)));
  }
}
