package io.virga.benchmarks.volume;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.virga.blockstore.catalogue.RocksCatalogue;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.PoolOpening;
import io.virga.blockstore.engine.PoolOptions;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.storage.DirectoryDisk;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes snapshots and makes clones in the pool of a server that does not run, by the engine. */
public final class SharedVolumes implements AutoCloseable {

  private static final int LIMIT_SLOTS = 64 << 10;
  private static final int PATIENCE_SECONDS = 60;
  private static final int BLOCK_BYTES = 4096;

  private final Transport transport;
  private final AsyncFiles files;
  private final EventLoop loop;
  private final Pool pool;

  private SharedVolumes(Path device) throws IOException {
    transport = Transport.open(TransportChoice.AUTO, 1, "shared");
    files = AsyncFiles.of(transport, 2);
    loop = transport.loops().next();
    pool =
        new PoolOpening(
                new DirectoryDisk(device.resolve("data"), files, loop),
                RocksCatalogue.open(device.resolve("catalogue")),
                new NoImages(),
                task -> files.blocking(loop, () -> run(task)),
                loop)
            .open(PoolOptions.ofLimit(LIMIT_SLOTS));
  }

  /** Opens the pool of a device directory. */
  public static SharedVolumes in(Path device) {
    try {
      return new SharedVolumes(device);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean run(Runnable task) {
    task.run();
    return true;
  }

  /** Takes a snapshot. */
  public void snapshot(String name, String volume) {
    expectOk(pool.snapshot(name, volume));
  }

  /**
   * Makes a chain: a snapshot of the volume, a clone of it, a snapshot of that, and so on. Some
   * blocks of each clone are written before it is cloned.
   *
   * @return the snapshots, and last the clone at the end
   */
  public List<String> chain(String volume, int length, int writesEach) {
    Random random = new Random(7);
    List<String> names = new ArrayList<>();
    String source = volume;
    for (int level = 1; level <= length; level++) {
      String snapshot = volume + "-snapshot-" + level;
      String clone = volume + "-clone-" + level;
      expectOk(pool.snapshot(snapshot, source));
      expectOk(pool.cloneOf(VolumeKind.SNAPSHOT, snapshot, clone, 0));
      for (int i = 0; i < writesEach; i++) {
        write(clone, random);
      }
      names.add(snapshot);
      source = clone;
    }
    names.add(source);
    return names;
  }

  private void write(String volume, Random random) {
    ByteBuf bytes = Unpooled.directBuffer(BLOCK_BYTES).writeZero(BLOCK_BYTES);
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          var device = pool.device(VolumeKind.VOLUME, volume).orElseThrow();
          long block = random.nextLong(device.sizeBytes() / BLOCK_BYTES);
          device.write(block * BLOCK_BYTES, bytes, false, done::complete);
        });
    expectOk(done);
    bytes.release();
  }

  private static void expectOk(CompletableFuture<Outcome> future) {
    try {
      Outcome outcome = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (outcome != Outcome.OK) {
        throw new IllegalStateException("the pool answered " + outcome);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the pool does not answer", e);
    }
  }

  @Override
  public void close() {
    expectOk(pool.close());
    files.close();
    transport.close();
  }

  /** There are none in these pools. */
  private static final class NoImages implements ImageSource {
    @Override
    public CompletableFuture<ImageMap> map(String objectPath) {
      return CompletableFuture.failedFuture(new IOException("no images here"));
    }

    @Override
    public CompletableFuture<ByteBuf> chunk(String objectPath, long index) {
      return CompletableFuture.failedFuture(new IOException("no images here"));
    }
  }
}
