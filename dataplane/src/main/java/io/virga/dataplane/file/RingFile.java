package io.virga.dataplane.file;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** A file whose operations are on the event loop's ring. */
final class RingFile implements AsyncFile {

  private final Path path;
  private final int descriptor;
  private final OpenCount count;
  private final FileRing ring;
  private final Function<EventLoop, FileRing> rings;

  private RingFile(
      Path path,
      int descriptor,
      OpenCount count,
      FileRing ring,
      Function<EventLoop, FileRing> rings) {
    this.path = path;
    this.descriptor = descriptor;
    this.count = count;
    this.ring = ring;
    this.rings = rings;
  }

  /**
   * Opens the file.
   *
   * @param rings the ring of each loop
   */
  static RingFile open(
      Path path, Set<FileOption> options, EventLoop loop, Function<EventLoop, FileRing> rings)
      throws IOException {
    int descriptor = Libc.open(path, options);
    OpenCount count = new OpenCount(path, () -> Libc.close(path, descriptor));
    return new RingFile(path, descriptor, count, rings.apply(loop), rings);
  }

  Path path() {
    return path;
  }

  int descriptor() {
    return descriptor;
  }

  ByteBufAllocator allocator() {
    return ByteBufAllocator.DEFAULT;
  }

  void leave() {
    count.leave();
  }

  @Override
  public EventLoop loop() {
    return ring.loop();
  }

  @Override
  public AsyncFile on(EventLoop other) {
    return other == ring.loop()
        ? this
        : new RingFile(path, descriptor, count, rings.apply(other), rings);
  }

  @Override
  public Future<Integer> read(long offset, ByteBuf target, int length) {
    Promise<Integer> promise = ring.loop().newPromise();
    submit(promise, () -> new RingOperation.Read(this, offset, target, length, promise));
    return promise;
  }

  @Override
  public int send(SocketBurst burst, long offset, int length) {
    if (!count.enter()) {
      return 0;
    }
    try {
      return burst.send(descriptor, offset, length);
    } finally {
      count.leave();
    }
  }

  @Override
  public Future<Void> write(long offset, ByteBuf source) {
    Promise<Void> promise = ring.loop().newPromise();
    submit(promise, () -> new RingOperation.Write(this, offset, source, promise));
    return promise;
  }

  @Override
  public Future<Void> dataSync() {
    Promise<Void> promise = ring.loop().newPromise();
    submit(promise, () -> new RingOperation.DataSync(this, promise));
    return promise;
  }

  private void submit(Promise<?> promise, Callable<RingOperation> operation) {
    if (!count.enter()) {
      promise.setFailure(Errno.exception(path, Errno.EBADF));
    } else if (ring.loop().inEventLoop()) {
      submitOnLoop(promise, operation);
    } else {
      try {
        ring.loop().execute(() -> submitOnLoop(promise, operation));
      } catch (RejectedExecutionException e) {
        count.leave();
        promise.setFailure(new IOException(path + ": ECANCELED (the event loop has ended)", e));
      }
    }
  }

  /** An operation that cannot even be made (say, a buffer that is too small) has not begun. */
  private void submitOnLoop(Promise<?> promise, Callable<RingOperation> operation) {
    RingOperation made;
    try {
      made = operation.call();
    } catch (Exception e) {
      count.leave();
      promise.setFailure(new IOException(path + ": " + e.getMessage(), e));
      return;
    }
    ring.submit(made);
  }

  @Override
  public long size() throws IOException {
    if (!count.enter()) {
      throw Errno.exception(path, Errno.EBADF);
    }
    try {
      return Libc.size(path, descriptor);
    } finally {
      count.leave();
    }
  }

  @Override
  public void close() {
    count.close();
  }
}
