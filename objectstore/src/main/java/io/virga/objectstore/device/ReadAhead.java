package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Reads pieces in their order, the next one while one is being used. When many readers are under
 * way the others read a piece only when it is asked for: clients that take long to receive then do
 * not hold much memory. What has been read and is not wanted any more, since a piece could not be
 * read or the reader went, is released.
 *
 * @param <T> a piece
 */
final class ReadAhead<T> {

  private static final int AT_ONCE = 2;

  /** With pieces of 256 KiB these hold 16 MiB, and as much again on its way to the clients. */
  static final int MOST_AHEAD = 32;

  private static final AtomicInteger READING_AHEAD = new AtomicInteger();

  private final Iterator<T> rest;
  private final Function<T, CompletableFuture<ByteBuf>> read;
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();
  private final Set<Begun> undelivered = ConcurrentHashMap.newKeySet();
  private final boolean ahead;
  private boolean ended;

  private ReadAhead(Iterator<T> rest, Function<T, CompletableFuture<ByteBuf>> read) {
    this.rest = rest;
    this.read = read;
    this.ahead = READING_AHEAD.incrementAndGet() <= MOST_AHEAD;
    if (!ahead) {
      READING_AHEAD.decrementAndGet();
    }
  }

  /** The buffers of pieces, which the subscriber releases. */
  static <T> Flux<ByteBuf> of(List<T> pieces, Function<T, CompletableFuture<ByteBuf>> read) {
    return Flux.defer(
        () -> {
          ReadAhead<T> reading = new ReadAhead<>(pieces.iterator(), read);
          return Flux.fromIterable(pieces)
              .concatMap(piece -> reading.ahead ? reading.next() : reading.onDemand(), 1)
              .doFinally(signal -> reading.end())
              .doOnDiscard(ByteBuf.class, ByteBuf::release);
        });
  }

  private synchronized Mono<ByteBuf> next() {
    while (begun.size() < AT_ONCE) {
      Optional<Begun> next = begin();
      if (next.isEmpty()) {
        break;
      }
      begun.add(next.get());
    }
    Begun next = begun.poll();
    return next == null ? Mono.empty() : Mono.create(next::deliver);
  }

  private Mono<ByteBuf> onDemand() {
    AtomicBoolean asked = new AtomicBoolean();
    return Mono.create(
        sink ->
            sink.onRequest(
                ignored -> {
                  if (asked.compareAndSet(false, true)) {
                    begin().ifPresent(next -> next.deliver(sink));
                  }
                }));
  }

  private synchronized Optional<Begun> begin() {
    if (ended || !rest.hasNext()) {
      return Optional.empty();
    }
    Begun next = new Begun(read.apply(rest.next()));
    undelivered.add(next);
    return Optional.of(next);
  }

  private synchronized void end() {
    ended = true;
    if (ahead) {
      READING_AHEAD.decrementAndGet();
    }
    for (Begun unwanted : List.copyOf(undelivered)) {
      unwanted.future.whenComplete((buffer, failure) -> unwanted.drop(buffer));
    }
  }

  /** Whoever takes it off the undelivered owns the buffer. */
  private final class Begun {
    private final CompletableFuture<ByteBuf> future;

    Begun(CompletableFuture<ByteBuf> future) {
      this.future = future;
    }

    /** A sink discards what comes when its subscriber has gone. */
    void deliver(MonoSink<ByteBuf> sink) {
      future.whenComplete(
          (buffer, failure) -> {
            if (undelivered.remove(this)) {
              if (failure == null) {
                sink.success(buffer);
              } else {
                sink.error(failure);
              }
            }
          });
    }

    void drop(@Nullable ByteBuf buffer) {
      if (undelivered.remove(this) && buffer != null) {
        buffer.release();
      }
    }
  }
}
