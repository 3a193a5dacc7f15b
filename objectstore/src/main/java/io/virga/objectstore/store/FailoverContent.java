package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The same bytes at several replicas: when one fails, another goes on where it stopped, and when
 * all have failed the replicas that were not asked before are.
 */
final class FailoverContent implements ReplicaContent {

  private static final Logger LOG = LoggerFactory.getLogger(FailoverContent.class);

  private final List<ReplicaContent> copies;
  private final Supplier<CompletableFuture<List<ReplicaContent>>> more;
  private final List<ReplicaContent> opened = new ArrayList<>();
  private boolean closed;

  /**
   * @param copies at least one
   * @param more opens those of other replicas; called at most once for each reading
   */
  FailoverContent(
      List<ReplicaContent> copies, Supplier<CompletableFuture<List<ReplicaContent>>> more) {
    this.copies = copies;
    this.more = more;
    this.opened.addAll(copies);
  }

  @Override
  public Optional<Mono<ByteBuf>> whole(long offset, long length) {
    return copies
        .getFirst()
        .whole(offset, length)
        .map(
            first ->
                first.onErrorResume(failure -> joined(otherThanFirst(failure, offset, length))));
  }

  private Flux<ByteBuf> otherThanFirst(Throwable failure, long offset, long length) {
    Iterator<ReplicaContent> rest = copies.iterator();
    rest.next();
    AtomicLong sent = new AtomicLong();
    return next(failure, rest, offset, length, sent)
        .onErrorResume(last -> others(last, offset, length, sent));
  }

  private static Mono<ByteBuf> joined(Flux<ByteBuf> chunks) {
    return chunks
        .reduceWith(
            ByteBufAllocator.DEFAULT::compositeBuffer,
            (all, chunk) -> all.addComponent(true, chunk))
        .cast(ByteBuf.class)
        .doOnDiscard(ByteBuf.class, ByteBuf::release);
  }

  @Override
  public Flux<ByteBuf> bytes(long offset, long length) {
    AtomicLong sent = new AtomicLong();
    return from(copies.iterator(), offset, length, sent)
        .onErrorResume(failure -> others(failure, offset, length, sent));
  }

  private static Flux<ByteBuf> from(
      Iterator<ReplicaContent> rest, long offset, long length, AtomicLong sent) {
    return rest.next()
        .bytes(offset + sent.get(), length - sent.get())
        .doOnNext(chunk -> sent.addAndGet(chunk.readableBytes()))
        .onErrorResume(failure -> next(failure, rest, offset, length, sent));
  }

  private static Flux<ByteBuf> next(
      Throwable failure, Iterator<ReplicaContent> rest, long offset, long length, AtomicLong sent) {
    if (!rest.hasNext()) {
      return Flux.error(failure);
    }
    LOG.info("goes on with another replica: {}", failure.getMessage());
    return from(rest, offset, length, sent);
  }

  private Flux<ByteBuf> others(Throwable failure, long offset, long length, AtomicLong sent) {
    return Mono.fromFuture(more, true)
        .flatMapMany(
            others -> {
              if (others.isEmpty() || !keep(others)) {
                return Flux.error(failure);
              }
              LOG.info("goes on with a replica that was not asked: {}", failure.getMessage());
              return from(others.iterator(), offset, length, sent);
            });
  }

  private synchronized boolean keep(List<ReplicaContent> others) {
    if (closed) {
      others.forEach(ReplicaContent::close);
    } else {
      opened.addAll(others);
    }
    return !closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    opened.forEach(ReplicaContent::close);
  }
}
