package io.virga.objectstore.device;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.JournalReplay;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that stores objects.
 *
 * <p>Up ⇄ Full by free space; either → Stopped when a sync fails. Stopped devices still read.
 */
public final class Device implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  private final String name;
  private final Path directory;
  private final Disk disk;
  private final DeviceOptions options;
  private final DeviceFiles files;
  private final Committer committer;
  private final Compactor compactor;
  private final DeviceMetrics metrics;
  private final ExecutorService io;
  private final RunBuffers buffers = new RunBuffers();
  private final ScheduledExecutorService upkeep;
  private final ScheduledExecutorService compaction;
  private volatile DeviceState state = new DeviceState.Up();
  private volatile Consumer<Damage> damage = found -> {};

  private Device(Setup setup, DeviceFiles files) {
    this.name = setup.name();
    this.directory = setup.directory();
    this.disk = setup.disk();
    this.options = setup.options();
    this.metrics = setup.metrics();
    this.files = files;
    this.io =
        Executors.newFixedThreadPool(
            options.ioThreads(), Thread.ofPlatform().name("object-io-", 0).daemon().factory());
    this.upkeep =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("object-upkeep").daemon().factory());
    this.compaction =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("object-compaction").daemon().factory());
    this.committer =
        new Committer(files, new ArrayBlockingQueue<>(options.waitingChanges()), new Commits());
    this.compactor = new Compactor(this);
  }

  /** What a device is opened with. */
  public record Setup(
      String name,
      Path directory,
      PathHasher hasher,
      Disk disk,
      DeviceOptions options,
      DeviceMetrics metrics) {}

  /** Opens a device, makes it if the directory is empty, and replays its journal. Blocks. */
  public static Device open(Setup setup) throws IOException {
    DeviceFiles files =
        DeviceFiles.open(setup.disk(), setup.directory(), setup.hasher(), setup.options());
    Device device = new Device(setup, files);
    device.start();
    return device;
  }

  private void start() {
    checkSpace();
    committer.start();
    upkeep.scheduleWithFixedDelay(guarded("space check", this::checkSpace), 1, 1, TimeUnit.SECONDS);
    compaction.scheduleWithFixedDelay(
        guarded("compaction", compactor::run), 10, 10, TimeUnit.SECONDS);
    upkeep.execute(guarded("journal preparation", this::checkpoint));
  }

  public String name() {
    return name;
  }

  public DeviceState state() {
    return state;
  }

  public Index index() {
    return files.index();
  }

  /** For reads that may block. */
  public Executor io() {
    return io;
  }

  /** Bytes of the segments that objects have bytes in, live or not. */
  public long reservedBytes() {
    return files.segments().reservedBytes();
  }

  /** Bytes of segments that objects name. */
  public long liveBytes() {
    return files.liveBytes().total();
  }

  /**
   * Carries a change out.
   *
   * @param executor completes the future, which happens when the change is durable and visible
   */
  public <T> CompletableFuture<T> commit(Change<T> change, Executor executor) {
    return committer.submit(change, executor);
  }

  /**
   * Begins to take an object's bytes.
   *
   * @param length how many will come, if that is known
   * @throws StoreFailure if the device takes no data now
   */
  public Upload upload(ObjectPath path, OptionalLong length) {
    switch (state) {
      case DeviceState.Up() -> {}
      case DeviceState.Full(String reason) -> throw new StoreFailure.DeviceFull(reason);
      case DeviceState.Stopped(String reason) -> throw new StoreFailure.DeviceStopped(reason);
    }
    return new Upload(
        files.segments(), io, buffers.new Lease(), path, length, Content.Inline.MAXIMUM_BYTES);
  }

  /** Begins to copy bytes that are in an extent, and shall be again however few they are. */
  Upload copy(ObjectPath path, long length) {
    return new Upload(files.segments(), io, buffers.new Lease(), path, OptionalLong.of(length), 0);
  }

  /** An object whose bytes were found to be wrong, or gone, as its row was then. */
  public record Damage(ObjectRow row, String reason) {}

  /** Hears of damage, on any thread; must not block. */
  public void onDamage(Consumer<Damage> listener) {
    damage = listener;
  }

  /** Tells whoever listens. */
  public void damaged(ObjectRow row, String reason) {
    LOG.warn("{} of {} is damaged: {}", row.path(), name, reason);
    damage.accept(new Damage(row, reason));
  }

  /** Where the device keeps all it has. */
  public Path directory() {
    return directory;
  }

  /** Tombstones are kept so long. */
  public Duration reclaimAge() {
    return options.reclaimAge();
  }

  /** A reader of the bytes of objects. */
  public ContentReader reader() {
    return new ContentReader(files.segments(), io, metrics);
  }

  /** Gives back the space of what was deleted, as far as it is worth it. Blocks. */
  public void compact() {
    compactor.run();
  }

  /**
   * Reads those segments of the journal that are full and that a replay needs. Their changes are in
   * the index, so that one that is damaged is made good by flushing it. Blocks.
   *
   * @return what is wrong, empty if nothing is
   */
  public Optional<String> checkJournal() {
    return CompletableFuture.supplyAsync(this::checkedJournal, upkeep).join();
  }

  private Optional<String> checkedJournal() {
    try {
      new JournalReplay(directory.resolve(DeviceFiles.JOURNAL))
          .check(files.journalFiles().firstNeeded(), files.journal().currentSegment());
      return Optional.empty();
    } catch (IOException e) {
      checkpoint();
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  DataSegments segments() {
    return files.segments();
  }

  DeviceFiles files() {
    return files;
  }

  DeviceOptions options() {
    return options;
  }

  private void checkSpace() {
    try {
      long usable = disk.usableBytes(directory);
      DeviceState seen = state;
      boolean full = usable < options.minimumFreeBytes();
      if (full && seen instanceof DeviceState.Up) {
        String reason = name + " has only " + usable + " bytes left";
        LOG.warn("{}: writes are refused", reason);
        change(seen, new DeviceState.Full(reason));
      } else if (!full && seen instanceof DeviceState.Full) {
        LOG.info("{} takes writes again", name);
        change(seen, new DeviceState.Up());
      }
    } catch (IOException e) {
      stop("the file system of " + name + " cannot be asked for its space", e);
    }
  }

  private synchronized void stop(String reason, Exception cause) {
    LOG.error("device {} has stopped: {}", name, reason, cause);
    state = new DeviceState.Stopped(reason);
  }

  private synchronized void change(DeviceState from, DeviceState to) {
    if (state == from) {
      state = to;
    }
  }

  /** Makes the index durable, so that a replay does not need the journal before it. */
  private void checkpoint() {
    JournalPosition durable = files.index().position();
    files.index().flush();
    files.journalFiles().seal(durable.segment());
    compactor.deleteEmpty();
    try {
      files.journalFiles().prepare();
    } catch (IOException e) {
      LOG.warn("no segment could be prepared for the journal of {}", name, e);
    }
  }

  private Runnable guarded(String what, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.warn("{} of device {} failed", what, name, e);
      }
    };
  }

  private final class Commits implements CommitListener {

    @Override
    public void committed(int changes, long nanos) {
      metrics.committed(changes, nanos);
    }

    @Override
    public void rolled() {
      upkeep.execute(guarded("index flush", Device.this::checkpoint));
    }

    @Override
    public void stopped(String reason, Exception cause) {
      stop(reason, cause);
    }
  }

  /** Finishes what was begun and makes the index durable. Blocks. */
  @Override
  public void close() throws IOException {
    boolean interrupted = false;
    compactor.stop();
    try {
      committer.close();
      for (ExecutorService executor : List.of(upkeep, io, compaction)) {
        executor.shutdown();
        executor.awaitTermination(30, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!(state instanceof DeviceState.Stopped)) {
      files.index().flush();
    }
    files.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
