package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Chunks that one side hands in and another takes out, at most {@value #MOST_WAITING} behind. One
 * thread at a time hands in.
 */
final class ChunkStream {

  private static final int MOST_WAITING = 4;

  private final Sinks.Many<ByteBuf> sink =
      Sinks.many().unicast().onBackpressureBuffer(new ConcurrentLinkedQueue<>());
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

  /** What the other side takes out; subscribed to once. */
  Flux<ByteBuf> flux() {
    return sink.asFlux().doOnNext(chunk -> taken()).doOnDiscard(ByteBuf.class, ByteBuf::release);
  }

  /**
   * Hands in a chunk, which is released in any case.
   *
   * @return done when there is room for the next
   */
  CompletableFuture<Void> offer(ByteBuf chunk) {
    CompletableFuture<Void> next = new CompletableFuture<>();
    if (room.isCompletedExceptionally()) {
      chunk.release();
      return room;
    }
    room = next;
    int behind = waiting.incrementAndGet();
    if (sink.tryEmitNext(chunk).isFailure()) {
      chunk.release();
      next.completeExceptionally(new CancellationException("nobody takes the bytes any more"));
    } else if (behind < MOST_WAITING) {
      next.complete(null);
    } else if (waiting.get() < MOST_WAITING) {
      next.complete(null);
    }
    return next;
  }

  private void taken() {
    if (waiting.decrementAndGet() < MOST_WAITING) {
      room.complete(null);
    }
  }

  /** No more will come. */
  void end() {
    sink.tryEmitComplete();
  }

  /** Nothing can be taken any more. */
  void fail(Throwable failure) {
    sink.tryEmitError(failure);
    if (!room.completeExceptionally(failure)) {
      room = CompletableFuture.failedFuture(failure);
    }
  }
}
