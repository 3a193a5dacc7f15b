package io.virga.dataplane.file;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File operations on one event loop's own ring. All state belongs to the loop. At most {@value
 * #SLOTS} operations are with the kernel, so that its completion queue, which sockets share, cannot
 * run over; at most {@value #MAX_WAITING} more wait here, and what comes beyond fails with EAGAIN.
 */
final class FileRing implements IoUringIoHandle {

  private static final Logger log = LoggerFactory.getLogger(FileRing.class);

  /** An eighth of the completion queue; below 2^15, since a slot's number travels as a short. */
  static final int SLOTS = 1024;

  static final int MAX_WAITING = 16_384;

  private final IoEventLoop loop;
  private final RingOperation[] inFlight = new RingOperation[SLOTS];
  private final short[] free = new short[SLOTS];
  private final ArrayDeque<RingOperation> waiting = new ArrayDeque<>();
  private int freeCount = SLOTS;
  private Optional<IoRegistration> registration = Optional.empty();
  private boolean closed;

  private FileRing(IoEventLoop loop) {
    this.loop = loop;
    for (int slot = 0; slot < SLOTS; slot++) {
      free[slot] = (short) (SLOTS - 1 - slot);
    }
  }

  /** A ring's handle, registered before any operation that is submitted later. */
  static FileRing on(IoEventLoop loop) {
    FileRing ring = new FileRing(loop);
    loop.register(ring)
        .addListener(
            future -> {
              if (future.isSuccess()) {
                ring.registration = Optional.of((IoRegistration) future.getNow());
                ring.submitWaiting();
              } else {
                log.error("file I/O cannot use the ring", future.cause());
                ring.close();
              }
            });
    return ring;
  }

  IoEventLoop loop() {
    return loop;
  }

  /** On the loop. The operation has entered its file. */
  void submit(RingOperation operation) {
    if (closed) {
      fail(operation, Errno.ECANCELED);
    } else if (freeCount > 0 && registration.isPresent()) {
      start(operation, registration.get());
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(operation);
    } else {
      fail(operation, Errno.EAGAIN);
    }
  }

  private void start(RingOperation operation, IoRegistration ring) {
    short slot = free[--freeCount];
    inFlight[slot] = operation;
    ring.submit(operation.submission(slot));
  }

  @Override
  public void handle(IoRegistration ring, IoEvent event) {
    IoUringIoEvent completion = (IoUringIoEvent) event;
    short slot = (short) completion.userData();
    RingOperation operation = inFlight[slot];
    int result = completion.res();
    if (result == -Errno.EINTR || result == -Errno.EAGAIN) {
      ring.submit(operation.submission(slot));
      return;
    }
    if (result >= 0 && operation.advance(result)) {
      ring.submit(operation.submission(slot));
      return;
    }
    free[freeCount++] = slot;
    if (result < 0) {
      fail(operation, -result);
    } else {
      operation.file.leave();
      operation.succeed();
    }
    submitWaiting();
  }

  private void submitWaiting() {
    while (freeCount > 0 && registration.isPresent() && !waiting.isEmpty()) {
      start(waiting.remove(), registration.get());
    }
  }

  private static void fail(RingOperation operation, int errno) {
    operation.file.leave();
    operation.fail(Errno.exception(operation.file.path(), errno));
  }

  /** The loop ends: what waits here fails; what is with the kernel completes or is cancelled. */
  @Override
  public void close() {
    closed = true;
    while (!waiting.isEmpty()) {
      fail(waiting.remove(), Errno.ECANCELED);
    }
    registration.ifPresent(IoRegistration::cancel);
  }
}
