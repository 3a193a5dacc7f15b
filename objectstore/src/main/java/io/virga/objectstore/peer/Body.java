package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.flow.OutboundBody;
import reactor.core.publisher.Flux;

/**
 * The bytes that go with a request or an answer. Whoever is given a body to send owns it: the bytes
 * of {@link Whole} are released and {@link Chunks} is subscribed to at most once, however the call
 * ends.
 */
public sealed interface Body {

  /** Nothing. */
  Body NONE = new None();

  /** Nothing. */
  record None() implements Body {}

  /** All of it, at hand. Up to {@link Limits#WHOLE_BODY_BYTES} go in one frame with the header. */
  record Whole(ByteBuf bytes) implements Body {}

  /** A stream, asked for one buffer at a time, when the peer has room for it. */
  record Chunks(Flux<ByteBuf> flux) implements Body {}

  /** Bytes at hand; the body takes them over. */
  static Body of(ByteBuf bytes) {
    return bytes.isReadable() ? new Whole(bytes) : discardEmpty(bytes);
  }

  /** A stream; its buffers are taken over. */
  static Body of(Flux<ByteBuf> flux) {
    return new Chunks(flux);
  }

  /** Lets go of a body that is not sent. */
  default void discard() {
    switch (this) {
      case None none -> {}
      case Whole(ByteBuf bytes) -> bytes.release();
      case Chunks(Flux<ByteBuf> flux) -> OutboundBody.discard(flux);
    }
  }

  private static Body discardEmpty(ByteBuf bytes) {
    bytes.release();
    return NONE;
  }
}
