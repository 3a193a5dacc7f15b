package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.FaultyDisk;
import io.virga.dataplane.desired.ImageMap;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A pool in memory with a loop of its own, used from a test's thread. */
final class TestPool implements AutoCloseable {

  static final int MIB = 1 << 20;

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final ExecutorService background = Executors.newFixedThreadPool(2);
  private final FaultyDisk disk;
  private final Pool pool;
  private boolean closed;

  private TestPool(
      Function<DefaultEventLoop, Disk> below,
      Catalogue catalogue,
      PoolOptions options,
      Consumer<FaultyDisk> fault)
      throws Exception {
    disk = new FaultyDisk(below.apply(loop));
    fault.accept(disk);
    pool = new PoolOpening(disk, catalogue, new NoImages(), background, loop).open(options);
  }

  /** An empty pool of so many MiB. */
  static TestPool open(int limitSlots) throws Exception {
    return open(new MemoryCatalogue(), limitSlots);
  }

  static TestPool open(Catalogue catalogue, int limitSlots) throws Exception {
    return new TestPool(TestPool::memory, catalogue, options(limitSlots), disk -> {});
  }

  /** An empty pool on a disk that has the fault from the beginning. */
  static TestPool open(int limitSlots, Consumer<FaultyDisk> fault) throws Exception {
    return new TestPool(TestPool::memory, new MemoryCatalogue(), options(limitSlots), fault);
  }

  private static Disk memory(DefaultEventLoop loop) {
    return PowerDisk.empty(loop, new Random(1), Long.MAX_VALUE);
  }

  private static PoolOptions options(int limitSlots) {
    return new PoolOptions(limitSlots, 8, 64 << 10, 16 << 10, Duration.ofMillis(20));
  }

  /** A pool on any disk. */
  static TestPool open(
      Function<DefaultEventLoop, Disk> disk, Catalogue catalogue, PoolOptions options)
      throws Exception {
    return new TestPool(disk, catalogue, options, unchanged -> {});
  }

  Pool pool() {
    return pool;
  }

  FaultyDisk disk() {
    return disk;
  }

  DefaultEventLoop loop() {
    return loop;
  }

  Pool.Usage usage() {
    return loop.submit(pool::usage).syncUninterruptibly().getNow();
  }

  long usedMib() {
    return usage().usedBytes() / MIB;
  }

  static Outcome of(CompletableFuture<Outcome> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  static void expectOk(CompletableFuture<Outcome> future) throws Exception {
    assertThat(of(future)).isEqualTo(Outcome.OK);
  }

  /** Begins an operation on a volume. */
  CompletableFuture<Outcome> on(String volume, BiConsumer<BlockDevice, Completion> operation) {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    loop.execute(
        () ->
            operation.accept(pool.device(VolumeKind.VOLUME, volume).orElseThrow(), done::complete));
    return done;
  }

  /** Begins to fill a range with a byte. */
  CompletableFuture<Outcome> fill(String volume, long offset, int length, int value) {
    ByteBuf bytes = Unpooled.buffer(length);
    for (int i = 0; i < length; i++) {
      bytes.writeByte(value);
    }
    return on(volume, (device, done) -> device.write(offset, bytes, false, done));
  }

  CompletableFuture<Outcome> trim(String volume, long offset, long length) {
    return on(volume, (device, done) -> device.trim(offset, length, false, done));
  }

  CompletableFuture<Outcome> flush(String volume) {
    return on(volume, BlockDevice::flush);
  }

  byte[] read(String volume, long offset, int length) throws Exception {
    ByteBuf buffer = Unpooled.buffer(length, length);
    expectOk(on(volume, (device, done) -> device.read(offset, buffer, done)));
    return ByteBufUtil.getBytes(buffer);
  }

  /** What has been asked for has begun. */
  void settle() {
    for (int i = 0; i < 4; i++) {
      loop.submit(() -> {}).syncUninterruptibly();
    }
  }

  /** Closes the pool only. */
  Outcome closePool() throws Exception {
    closed = true;
    return of(pool.close());
  }

  @Override
  public void close() throws Exception {
    if (!closed) {
      closePool();
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    background.shutdownNow();
  }

  private static final class NoImages implements ImageSource {
    @Override
    public CompletableFuture<ImageMap> map(String objectPath) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }

    @Override
    public CompletableFuture<ByteBuf> chunk(String objectPath, long index) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }
  }
}
