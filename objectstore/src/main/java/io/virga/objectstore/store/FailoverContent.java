package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** The same bytes at several replicas: when one fails, another goes on where it stopped. */
final class FailoverContent implements ReplicaContent {

  private static final Logger LOG = LoggerFactory.getLogger(FailoverContent.class);

  private final List<ReplicaContent> copies;

  FailoverContent(List<ReplicaContent> copies) {
    this.copies = copies;
  }

  @Override
  public Optional<ByteBuf> inline(long offset, long length) {
    return copies.getFirst().inline(offset, length);
  }

  @Override
  public Flux<ByteBuf> bytes(long offset, long length) {
    return from(copies.iterator(), offset, length);
  }

  private static Flux<ByteBuf> from(Iterator<ReplicaContent> rest, long offset, long length) {
    AtomicLong sent = new AtomicLong();
    return rest.next()
        .bytes(offset, length)
        .doOnNext(chunk -> sent.addAndGet(chunk.readableBytes()))
        .onErrorResume(
            failure -> {
              if (!rest.hasNext()) {
                return Flux.error(failure);
              }
              LOG.info("goes on with another replica: {}", failure.getMessage());
              return from(rest, offset + sent.get(), length - sent.get());
            });
  }

  @Override
  public void close() {
    copies.forEach(ReplicaContent::close);
  }
}
