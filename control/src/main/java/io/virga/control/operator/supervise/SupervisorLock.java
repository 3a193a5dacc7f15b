package io.virga.control.operator.supervise;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One supervisor a home: a file lock, which the kernel frees however its holder ends. */
public final class SupervisorLock implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(10);

  private final FileChannel channel;
  private final FileLock lock;

  private SupervisorLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** The lock, unless another process has it. */
  public static Optional<SupervisorLock> acquire(Path run) throws IOException {
    FileChannel channel =
        FileChannel.open(
            run.resolve("supervisor.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new SupervisorLock(channel, lock));
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      return Optional.empty();
    }
    channel.close();
    return Optional.empty();
  }

  /** The lock as soon as its holder gives it up; empty if that takes longer. Blocks. */
  public static Optional<SupervisorLock> acquire(Path run, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<SupervisorLock> lock = acquire(run);
    while (lock.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL.toNanos());
      lock = acquire(run);
    }
    return lock;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
