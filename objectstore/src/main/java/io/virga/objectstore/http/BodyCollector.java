package io.virga.objectstore.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects bodies that are small by their nature, up to a limit. */
public final class BodyCollector {

  private BodyCollector() {}

  /** A body is longer than the request may have. */
  public static final class TooLong extends RuntimeException {
    private TooLong(int limit) {
      super("the body is longer than " + limit + " bytes", null, false, false);
    }
  }

  /** The whole body; fails with {@link TooLong}. */
  public static Mono<byte[]> collect(Flux<ByteBuf> body, int limitBytes) {
    return body.reduceWith(
            () -> new ByteArrayOutputStream(256),
            (collected, chunk) -> {
              try {
                if (collected.size() + chunk.readableBytes() > limitBytes) {
                  throw new TooLong(limitBytes);
                }
                byte[] bytes = new byte[chunk.readableBytes()];
                chunk.readBytes(bytes);
                collected.writeBytes(bytes);
                return collected;
              } finally {
                chunk.release();
              }
            })
        .map(ByteArrayOutputStream::toByteArray);
  }
}
