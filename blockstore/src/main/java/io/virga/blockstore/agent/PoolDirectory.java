package io.virga.blockstore.agent;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.blockstore.catalogue.RocksCatalogue;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.PoolOpening;
import io.virga.blockstore.engine.PoolOptions;
import io.virga.blockstore.storage.DirectoryDisk;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.file.Holes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device directory that this process alone has: {@code lock}, {@code catalogue/}, {@code data/}.
 */
final class PoolDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PoolDirectory.class);
  private static final int SLOT_SHIFT = 20;
  private static final int CLOSE_SECONDS = 5;

  private final FileChannel lockFile;
  private final Pool pool;

  private PoolDirectory(FileChannel lockFile, Pool pool) {
    this.lockFile = lockFile;
    this.pool = pool;
  }

  /** Fails unless a pool is there that needs not be made. Blocks. */
  static void requireWhole(Path directory) throws IOException {
    for (String part : new String[] {"data", "catalogue"}) {
      if (!Files.isDirectory(directory.resolve(part))) {
        throw new IOException(directory.resolve(part) + " is missing");
      }
    }
    if (!Files.exists(directory.resolve("catalogue").resolve("CURRENT"))) {
      throw new IOException(directory.resolve("catalogue") + " holds no catalogue");
    }
  }

  /** Opens the pool, or makes it. Blocks. */
  static PoolDirectory open(Path directory, Optional<DataSize> limit, PoolNeeds needs)
      throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = lockFile.tryLock();
    if (lock == null) {
      lockFile.close();
      throw new PoolInUseException(directory);
    }
    try {
      Pool pool =
          new PoolOpening(
                  new DirectoryDisk(data, needs.files(), needs.loop()),
                  RocksCatalogue.open(directory.resolve("catalogue")),
                  needs.images(),
                  task -> execute(needs.files(), needs.loop(), task),
                  needs.loop())
              .open(PoolOptions.ofLimit(limitSlots(data, limit)));
      LOG.info("pool {} is open", directory);
      return new PoolDirectory(lockFile, pool);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private static void execute(AsyncFiles files, EventLoop loop, Runnable task) {
    Future<Boolean> run = files.blocking(loop, () -> run(task));
    if (run.cause() instanceof RejectedExecutionException rejected) {
      throw rejected;
    }
  }

  private static boolean run(Runnable task) {
    task.run();
    return true;
  }

  /** What is asked for, or what the segments have and the file system could still take. */
  private static int limitSlots(Path data, Optional<DataSize> limit) throws IOException {
    if (limit.isPresent()) {
      return Math.toIntExact(limit.get().bytes() >>> SLOT_SHIFT);
    }
    long used = 0;
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.toList()) {
        used += Holes.allocatedBytes(file);
      }
    }
    long usable = Files.getFileStore(data).getUsableSpace() - SegmentStore.RESERVED_BYTES;
    return Math.toIntExact((used + Math.max(0, usable)) >>> SLOT_SHIFT);
  }

  Pool pool() {
    return pool;
  }

  @Override
  public void close() throws Exception {
    Outcome outcome = pool.close().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    LOG.info("the pool is closed: {}", outcome);
    lockFile.close();
  }
}
