package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A place where the parts of images are kept. One that is away, full, or refuses fails with an
 * {@link io.virga.control.fault.ApiFault} of the kind unavailable. Never blocks its callers.
 */
public interface Backend extends AutoCloseable {

  /**
   * Writes a part of the buffers, which are released; all of it is there when it completes, none of
   * it otherwise. What was there before is replaced.
   */
  Mono<Void> put(UUID imageId, Part part, Flux<ByteBuf> bytes);

  /** Reads a part; every buffer is the receiver's to release. */
  Flux<ByteBuf> get(UUID imageId, Part part);

  /** Removes a part, which may be gone already. */
  Mono<Void> delete(UUID imageId, Part part);

  /** Removes all that there is of an image. */
  default Mono<Void> deleteAll(UUID imageId) {
    return Flux.just(Part.values()).concatMap(part -> delete(imageId, part)).then();
  }

  @Override
  void close();
}
