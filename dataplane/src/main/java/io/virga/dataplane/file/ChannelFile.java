package io.virga.dataplane.file;

import com.sun.nio.file.ExtendedOpenOption;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Files where no ring is: {@link FileChannel} on a pool. */
final class ChannelFile implements AsyncFile {

  private final Shared shared;
  private final EventLoop loop;

  private ChannelFile(Shared shared, EventLoop loop) {
    this.shared = shared;
    this.loop = loop;
  }

  /** The open channel. */
  private record Shared(Path path, FileChannel channel, OpenCount count, Executor pool) {}

  static ChannelFile open(Path path, Set<FileOption> options, EventLoop loop, Executor pool)
      throws IOException {
    Set<OpenOption> openOptions = new HashSet<>(Set.of(StandardOpenOption.READ));
    for (FileOption option : options) {
      openOptions.add(
          switch (option) {
            case WRITE -> StandardOpenOption.WRITE;
            case CREATE -> StandardOpenOption.CREATE;
            case CREATE_NEW -> StandardOpenOption.CREATE_NEW;
            case DIRECT -> ExtendedOpenOption.DIRECT;
          });
    }
    FileChannel channel =
        FileChannel.open(
            path,
            openOptions,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new ChannelFile(new Shared(path, channel, new OpenCount(path, channel), pool), loop);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public AsyncFile on(EventLoop other) {
    return other == loop ? this : new ChannelFile(shared, other);
  }

  @Override
  public Future<Integer> read(long offset, ByteBuf target, int length) {
    Promise<Integer> promise = loop.newPromise();
    int start = target.writerIndex();
    ByteBuffer[] parts = target.nioBuffers(start, length);
    run(
        promise,
        () -> {
          int total = readFully(parts, offset);
          return () -> {
            target.writerIndex(start + total);
            promise.setSuccess(total);
          };
        });
    return promise;
  }

  private int readFully(ByteBuffer[] parts, long offset) throws IOException {
    int total = 0;
    for (ByteBuffer part : parts) {
      while (part.hasRemaining()) {
        int count = shared.channel.read(part, offset + total);
        if (count < 0) {
          return total;
        }
        total += count;
      }
    }
    return total;
  }

  /** The pool's threads could, but to change the thread costs more than the copy. */
  @Override
  public int send(SocketBurst burst, long offset, int length) {
    return 0;
  }

  @Override
  public Future<Void> write(long offset, ByteBuf source) {
    Promise<Void> promise = loop.newPromise();
    ByteBuffer[] parts = source.nioBuffers();
    run(
        promise,
        () -> {
          writeFully(parts, offset);
          return () -> promise.setSuccess(null);
        });
    return promise;
  }

  private void writeFully(ByteBuffer[] parts, long offset) throws IOException {
    long position = offset;
    for (ByteBuffer part : parts) {
      while (part.hasRemaining()) {
        int count = shared.channel.write(part, position);
        if (count <= 0) {
          throw new EOFException("nothing was written");
        }
        position += count;
      }
    }
  }

  @Override
  public Future<Void> dataSync() {
    Promise<Void> promise = loop.newPromise();
    run(
        promise,
        () -> {
          shared.channel.force(false);
          return () -> promise.setSuccess(null);
        });
    return promise;
  }

  /** The task runs on the pool; what it returns runs on the loop. */
  private void run(Promise<?> promise, Callable<Runnable> task) {
    if (!shared.count.enter()) {
      promise.setFailure(Errno.exception(shared.path, Errno.EBADF));
      return;
    }
    try {
      shared.pool.execute(() -> complete(promise, attempt(promise, task)));
    } catch (RejectedExecutionException e) {
      shared.count.leave();
      promise.setFailure(new IOException(shared.path + ": EAGAIN (too much in flight)", e));
    }
  }

  private Runnable attempt(Promise<?> promise, Callable<Runnable> task) {
    try {
      return task.call();
    } catch (Exception e) {
      return () -> promise.setFailure(Errno.exception(shared.path, e));
    } finally {
      shared.count.leave();
    }
  }

  private void complete(Promise<?> promise, Runnable completion) {
    try {
      loop.execute(completion);
    } catch (RejectedExecutionException e) {
      promise.tryFailure(
          new IOException(shared.path + ": ECANCELED (the event loop has ended)", e));
    }
  }

  @Override
  public long size() throws IOException {
    return shared.channel.size();
  }

  @Override
  public void close() {
    shared.count.close();
  }
}
