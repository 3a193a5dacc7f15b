package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** Bodies that say nothing of their length. */
final class LimitedBody {

  private LimitedBody() {}

  /** The same buffers; fails with 413 as soon as there are more bytes. */
  static Flux<ByteBuf> of(Flux<ByteBuf> body, long limit) {
    return Flux.defer(
        () -> {
          AtomicLong seen = new AtomicLong();
          return body.handle(
              (buffer, sink) -> {
                if (seen.addAndGet(buffer.readableBytes()) > limit) {
                  buffer.release();
                  sink.error(new SwiftError(413));
                } else {
                  sink.next(buffer);
                }
              });
        });
  }
}
