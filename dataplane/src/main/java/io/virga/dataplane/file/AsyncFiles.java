package io.virga.dataplane.file;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.virga.dataplane.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** Opens files for a transport's loops, and runs what can only block. Thread-safe. */
public final class AsyncFiles implements AutoCloseable {

  private static final int MAX_WAITING = 16_384;

  private final BlockingPool pool;
  private final Map<EventLoop, FileRing> rings = new ConcurrentHashMap<>();

  private AsyncFiles(BlockingPool pool) {
    this.pool = pool;
  }

  /**
   * Files for the loops of the transport.
   *
   * @param threads of the pool for blocking calls; on io_uring only {@link #blocking} uses it
   */
  public static AsyncFiles of(Transport transport, int threads) {
    return new AsyncFiles(
        new BlockingPool(transport.kind().label() + "-file", threads, MAX_WAITING));
  }

  /**
   * Opens a file. Blocks: at start, or inside {@link #blocking}.
   *
   * @param loop the loop that the file is for; {@link AsyncFile#on} serves further ones
   */
  public AsyncFile open(Path path, Set<FileOption> options, EventLoop loop) throws IOException {
    return hasRing(loop)
        ? RingFile.open(path, options, loop, this::ring)
        : ChannelFile.open(path, options, loop, pool);
  }

  private static boolean hasRing(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isIoType(IoUringIoHandler.class);
  }

  private FileRing ring(EventLoop loop) {
    return rings.computeIfAbsent(loop, l -> FileRing.on((IoEventLoop) l));
  }

  /**
   * Runs a task that blocks on the pool and completes on the loop. Fails with {@link
   * RejectedExecutionException} when {@value #MAX_WAITING} tasks wait already.
   */
  public <T> Future<T> blocking(EventLoop loop, Callable<T> task) {
    Promise<T> promise = loop.newPromise();
    try {
      pool.execute(
          () -> {
            try {
              promise.setSuccess(task.call());
            } catch (Exception e) {
              promise.setFailure(e);
            }
          });
    } catch (RejectedExecutionException e) {
      promise.setFailure(e);
    }
    return promise;
  }

  /** Waits at most five seconds for running tasks. Files are closed by their owners before. */
  @Override
  public void close() {
    pool.close();
  }
}
