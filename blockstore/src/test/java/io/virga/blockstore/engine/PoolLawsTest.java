package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.ImageMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations against a simple model, on disks that lose power at random moments: what was
 * acknowledged by a flush is there, what was not is old or new by the sector, and nothing that was
 * never written to a volume, or was written to another, is ever seen in it.
 */
@Timeout(120)
class PoolLawsTest {

  private static final PoolOptions OPTIONS =
      new PoolOptions(48, 4, 64 << 10, 16 << 10, Duration.ofMillis(20));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void holdsThroughPowerLosses(long seed) throws Exception {
    new Run(seed).crashes(5, 1200);
  }

  @Test
  @Tag("soak")
  @Timeout(1200)
  void holdsThroughManyPowerLosses() throws Exception {
    for (long seed = 1000; seed < 1300; seed++) {
      new Run(seed).crashes(8, 2500);
    }
  }

  /** One seeded life of a pool. */
  private static final class Run {
    private final Random random;
    private final long seed;
    private final MemoryCatalogue catalogue = new MemoryCatalogue();
    private final TreeMap<String, DiskModel> volumes = new TreeMap<>();
    private final TreeMap<String, DiskModel> snapshots = new TreeMap<>();
    private ExecutorService background = Executors.newFixedThreadPool(2);
    private HeldPages held = new HeldPages(catalogue);
    private final AtomicInteger lostWithThePower = new AtomicInteger();
    private DefaultEventLoop loop = new DefaultEventLoop();
    private PowerDisk disk;
    private Pool pool;
    private long nextStamp = 1;
    private int nextName;
    private long nextRequest;
    private int taken;

    Run(long seed) throws Exception {
      this.seed = seed;
      this.random = new Random(seed);
      this.disk = PowerDisk.empty(loop, random, Long.MAX_VALUE);
      this.pool = open();
    }

    private Pool open() throws Exception {
      held = new HeldPages(catalogue);
      PowerCatalogue powered = new PowerCatalogue(held, disk.dead(), random.nextLong());
      return new PoolOpening(disk, powered, new NoImages(), this::inBackground, loop).open(OPTIONS);
    }

    private void inBackground(Runnable task) {
      ExecutorService threads = background;
      threads.execute(
          () -> {
            try {
              task.run();
            } catch (RejectedExecutionException e) {
              lostWithThePower.incrementAndGet();
            }
          });
    }

    void crashes(int count, int operations) throws Exception {
      for (int i = 0; i < count; i++) {
        restart(200 + random.nextInt(operations));
        boolean alive = true;
        while (alive) {
          alive = step();
        }
      }
      restart(Long.MAX_VALUE);
      assertThat(taken).as("seed %d: extents that were shared", seed).isPositive();
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      background.shutdownNow();
    }

    private void restart(long operations) throws Exception {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
      held.letGo();
      background.shutdown();
      assertThat(background.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
      background = Executors.newFixedThreadPool(2);
      loop = new DefaultEventLoop();
      disk = disk.restarted(loop, operations);
      pool = open();
      for (Map.Entry<String, DiskModel> each : volumes.entrySet()) {
        possible(VolumeKind.VOLUME, each.getKey(), each.getValue());
      }
      for (Map.Entry<String, DiskModel> each : snapshots.entrySet()) {
        possible(VolumeKind.SNAPSHOT, each.getKey(), each.getValue());
      }
    }

    private void possible(VolumeKind kind, String name, DiskModel model) throws Exception {
      Optional<byte[]> bytes = read(kind, name, model.sizeBytes());
      if (bytes.isPresent()) {
        int wrong = model.firstImpossible(bytes.get());
        assertThat(wrong)
            .as("seed %d: sector of %s %s that may not be so", seed, kind, name)
            .isEqualTo(-1);
      }
    }

    /** Whether there is still power. */
    private boolean step() throws Exception {
      int choice = random.nextInt(100);
      if (volumes.isEmpty() || (choice < 2 && volumes.size() < 6)) {
        String name = "v" + nextName++;
        long size = (1 + random.nextInt(6)) * 512L * 1024;
        return create(name, new DiskModel(size), VolumeKind.VOLUME, pool.create(name, size));
      }
      String name = pick(volumes);
      DiskModel model = volumes.getOrDefault(name, new DiskModel(0));
      if (choice < 4) {
        return choice == 3 && !snapshots.isEmpty() && random.nextInt(3) == 0
            ? revert(name, model)
            : snapshotOrClone(name, model);
      } else if (choice < 6) {
        return remove(name);
      } else if (choice < 16) {
        return settled(on(VolumeKind.VOLUME, name, (device, done) -> device.flush(done)));
      } else if (choice < 20) {
        return verify(VolumeKind.VOLUME, name, model);
      } else if (choice < 22 && !snapshots.isEmpty()) {
        String snapshot = pick(snapshots);
        return verify(
            VolumeKind.SNAPSHOT, snapshot, snapshots.getOrDefault(snapshot, new DiskModel(0)));
      }
      return choice < 25 ? take(name, model) : batch(name, model);
    }

    /** A range becomes the same as one of any volume or snapshot, or nothing has happened. */
    private boolean take(String name, DiskModel model) throws Exception {
      boolean ofSnapshot = random.nextInt(4) == 0 && !snapshots.isEmpty();
      TreeMap<String, DiskModel> sources = ofSnapshot ? snapshots : volumes;
      String sourceName = pick(sources);
      DiskModel source = sources.getOrDefault(sourceName, model);
      int most = (int) (Math.min(source.sizeBytes(), model.sizeBytes()) / 4096);
      int blocks = 1 + random.nextInt(most);
      long from = 4096L * random.nextInt((int) (source.sizeBytes() / 4096) - blocks + 1);
      long to = 4096L * random.nextInt((int) (model.sizeBytes() / 4096) - blocks + 1);
      if (random.nextBoolean() && source.sizeBytes() >= to + 4096L * blocks) {
        from = to & -(1 << 20) | from & ((1 << 20) - 1);
        from = Math.min(from, source.sizeBytes() - 4096L * blocks);
      }
      VolumeKind kind = ofSnapshot ? VolumeKind.SNAPSHOT : VolumeKind.VOLUME;
      Optional<Outcome> outcome =
          await(take(new Taken(kind, sourceName, from, name, to, 4096L * blocks)));
      if (outcome.isEmpty()) {
        model.take(source, from, 4096L * blocks, to);
      } else if (outcome.get() == Outcome.OK) {
        model.take(source, from, 4096L * blocks, to);
        taken++;
      } else {
        assertThat(outcome.get()).as("seed %d", seed).isEqualTo(Outcome.NOT_SUPPORTED);
      }
      return outcome.isPresent();
    }

    private record Taken(
        VolumeKind kind, String source, long from, String target, long to, long length) {}

    private CompletableFuture<Outcome> take(Taken what) {
      CompletableFuture<Outcome> done = new CompletableFuture<>();
      Pool current = pool;
      loop.execute(
          () -> {
            BlockDevice source = current.device(what.kind, what.source).orElseThrow();
            current
                .device(VolumeKind.VOLUME, what.target)
                .orElseThrow()
                .take(
                    source.extent(what.from, what.length).orElseThrow(),
                    what.to,
                    () -> true,
                    done::complete);
          });
      return done;
    }

    private boolean snapshotOrClone(String name, DiskModel model) throws Exception {
      String made = "n" + nextName++;
      if (random.nextBoolean() && snapshots.size() < 4) {
        return create(
            made, model.copy(model.sizeBytes()), VolumeKind.SNAPSHOT, pool.snapshot(made, name));
      }
      if (volumes.size() >= 6) {
        return true;
      }
      boolean ofSnapshot = random.nextBoolean() && !snapshots.isEmpty();
      String source = ofSnapshot ? pick(snapshots) : name;
      DiskModel origin = ofSnapshot ? snapshots.getOrDefault(source, model) : model;
      long size = origin.sizeBytes() + 4096L * random.nextInt(300);
      return create(
          made,
          origin.copy(size),
          VolumeKind.VOLUME,
          pool.cloneOf(ofSnapshot ? VolumeKind.SNAPSHOT : VolumeKind.VOLUME, source, made, size));
    }

    private boolean revert(String name, DiskModel model) throws Exception {
      String snapshot = pick(snapshots);
      DiskModel then = snapshots.getOrDefault(snapshot, model);
      if (then.sizeBytes() > model.sizeBytes()) {
        Optional<Outcome> outcome = await(pool.revert(name, snapshot, ++nextRequest));
        assertThat(outcome.orElse(Outcome.INVALID)).isEqualTo(Outcome.INVALID);
        return outcome.isPresent();
      }
      model.revert(then);
      return settled(pool.revert(name, snapshot, ++nextRequest));
    }

    private boolean create(
        String name, DiskModel model, VolumeKind kind, CompletableFuture<Outcome> made)
        throws Exception {
      if (!settled(made)) {
        return false;
      }
      (kind == VolumeKind.VOLUME ? volumes : snapshots).put(name, model);
      return true;
    }

    private boolean remove(String volume) throws Exception {
      if (random.nextBoolean() && !snapshots.isEmpty()) {
        String snapshot = pick(snapshots);
        snapshots.remove(snapshot);
        return settled(pool.delete(VolumeKind.SNAPSHOT, snapshot));
      }
      volumes.remove(volume);
      return settled(pool.delete(VolumeKind.VOLUME, volume));
    }

    private boolean settled(CompletableFuture<Outcome> future) throws Exception {
      Optional<Outcome> outcome = await(future);
      if (outcome.isEmpty()) {
        return false;
      }
      assertThat(outcome.get()).as("seed %d", seed).isEqualTo(Outcome.OK);
      volumes.values().forEach(DiskModel::settle);
      snapshots.values().forEach(DiskModel::settle);
      return true;
    }

    /** Some changes at a time, to ranges that do not touch. */
    private boolean batch(String name, DiskModel model) throws Exception {
      List<CompletableFuture<Outcome>> futures = new ArrayList<>();
      int sectors = (int) (model.sizeBytes() / DiskModel.SECTOR);
      int at = random.nextInt(sectors);
      for (int i = 0; i < 4 && at < sectors; i++) {
        int most = random.nextInt(8) == 0 ? 2500 : random.nextBoolean() ? 24 : 3;
        int length = Math.min(sectors - at, 1 + random.nextInt(most));
        int nextChunk = (at + 2047) & -2048;
        if (random.nextInt(6) == 0 && nextChunk < sectors) {
          at = nextChunk;
          length = Math.min(sectors - at, 2048);
        }
        futures.add(
            change(name, model, (long) at * DiskModel.SECTOR, (long) length * DiskModel.SECTOR));
        at += length + random.nextInt(200);
      }
      boolean unclear = false;
      for (CompletableFuture<Outcome> future : futures) {
        Optional<Outcome> outcome = await(future);
        if (outcome.isEmpty()) {
          return false;
        }
        assertThat(outcome.get()).as("seed %d", seed).isIn(Outcome.OK, Outcome.NO_SPACE);
        unclear |= outcome.get() == Outcome.NO_SPACE;
      }
      if (unclear) {
        Optional<byte[]> bytes = read(VolumeKind.VOLUME, name, model.sizeBytes());
        if (bytes.isEmpty()) {
          return false;
        }
        return adopt(model, bytes.get(), name);
      }
      return true;
    }

    private boolean adopt(DiskModel model, byte[] bytes, String name) {
      for (int sector = 0; sector < bytes.length / DiskModel.SECTOR; sector++) {
        long found = DiskModel.stampOf(bytes, sector);
        if (found != model.stamp(sector)) {
          long offset = (long) sector * DiskModel.SECTOR;
          assertThat(model.isPossible(sector, found))
              .as("seed %d: sector %d of full %s", seed, sector, name)
              .isTrue();
          model.set(offset, DiskModel.SECTOR, found);
        }
      }
      return true;
    }

    private CompletableFuture<Outcome> change(
        String name, DiskModel model, long offset, long length) {
      int choice = random.nextInt(10);
      if (choice < 7) {
        long stamp = nextStamp++;
        model.set(offset, length, stamp);
        ByteBuf bytes = Unpooled.wrappedBuffer(DiskModel.pattern(length, stamp));
        boolean durable = random.nextInt(10) == 0;
        return on(
            VolumeKind.VOLUME, name, (device, done) -> device.write(offset, bytes, durable, done));
      } else if (choice < 8) {
        long first = (offset + 4095) & -4096;
        long end = (offset + length) & -4096;
        model.set(first, Math.max(0, end - first), 0);
        return on(
            VolumeKind.VOLUME, name, (device, done) -> device.trim(offset, length, false, done));
      }
      model.set(offset, length, 0);
      BlockDevice.ZeroOptions options =
          new BlockDevice.ZeroOptions(false, random.nextBoolean(), false);
      return on(
          VolumeKind.VOLUME,
          name,
          (device, done) -> device.writeZeroes(offset, length, options, done));
    }

    private boolean verify(VolumeKind kind, String name, DiskModel model) throws Exception {
      Optional<byte[]> bytes = read(kind, name, model.sizeBytes());
      bytes.ifPresent(
          found -> {
            int wrong = model.firstWrong(found);
            assertThat(wrong)
                .as("seed %d: sector of %s %s that is wrong", seed, kind, name)
                .isEqualTo(-1);
          });
      return bytes.isPresent();
    }

    private Optional<byte[]> read(VolumeKind kind, String name, long length) throws Exception {
      ByteBuf buffer = Unpooled.buffer((int) length, (int) length);
      Optional<Outcome> outcome =
          await(on(kind, name, (device, done) -> device.read(0, buffer, done)));
      outcome.ifPresent(found -> assertThat(found).as("seed %d", seed).isEqualTo(Outcome.OK));
      return outcome.map(found -> ByteBufUtil.getBytes(buffer));
    }

    private CompletableFuture<Outcome> on(
        VolumeKind kind, String name, BiConsumer<BlockDevice, Completion> operation) {
      CompletableFuture<Outcome> done = new CompletableFuture<>();
      Pool current = pool;
      loop.execute(
          () -> {
            BlockDevice device =
                current
                    .device(kind, name)
                    .orElseThrow(() -> new AssertionError("lost " + kind + " " + name));
            operation.accept(new CheckedBlockDevice(device, current.loop(), false), done::complete);
          });
      return done;
    }

    /** The outcome, or nothing if the power went first. Who waits for all maps has them read. */
    private Optional<Outcome> await(CompletableFuture<Outcome> future)
        throws InterruptedException, ExecutionException, TimeoutException {
      CompletableFuture<Object> ended = CompletableFuture.anyOf(future, disk.dead());
      if (random.nextInt(30) == 0) {
        held.letGo();
      }
      try {
        ended.get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        held.letGo();
        ended.get(20, TimeUnit.SECONDS);
      }
      return disk.dead().isDone() ? Optional.empty() : Optional.of(future.get());
    }

    private String pick(TreeMap<String, DiskModel> among) {
      List<String> names = List.copyOf(among.keySet());
      return names.get(random.nextInt(names.size()));
    }
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
