package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Reads pieces in their order, the next one while one is being used. What has been read and is not
 * wanted any more, since a piece could not be read or the reader went, is released.
 *
 * @param <T> a piece
 */
final class ReadAhead<T> {

  private static final int AT_ONCE = 2;

  private final Iterator<T> rest;
  private final Function<T, CompletableFuture<ByteBuf>> read;
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();
  private final Set<Begun> undelivered = ConcurrentHashMap.newKeySet();
  private boolean ended;

  private ReadAhead(Iterator<T> rest, Function<T, CompletableFuture<ByteBuf>> read) {
    this.rest = rest;
    this.read = read;
  }

  /** The buffers of pieces, which the subscriber releases. */
  static <T> Flux<ByteBuf> of(List<T> pieces, Function<T, CompletableFuture<ByteBuf>> read) {
    ReadAhead<T> ahead = new ReadAhead<>(pieces.iterator(), read);
    return Flux.fromIterable(pieces)
        .concatMap(piece -> ahead.next(), 1)
        .doFinally(signal -> ahead.end())
        .doOnDiscard(ByteBuf.class, ByteBuf::release);
  }

  private synchronized Mono<ByteBuf> next() {
    while (!ended && begun.size() < AT_ONCE && rest.hasNext()) {
      Begun next = new Begun(read.apply(rest.next()));
      begun.add(next);
      undelivered.add(next);
    }
    Begun next = begun.poll();
    return next == null ? Mono.empty() : Mono.create(next::deliver);
  }

  private synchronized void end() {
    ended = true;
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
