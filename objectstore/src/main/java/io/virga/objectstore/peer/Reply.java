package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * What a peer answered. Its receiver subscribes to the body once, or discards it; a body that
 * nobody wants for {@link PeerClient#UNCLAIMED_LIMIT} is given up.
 *
 * @param status 0 to 65,535; what it means is the service's business
 * @param body released by its subscriber buffer by buffer; fails with {@link PeerFailure}. To
 *     cancel it ends the call at the peer.
 */
public record Reply(int status, byte[] header, Flux<ByteBuf> body) {

  /** Lets go of a body that is not wanted. */
  public void discard() {
    body.subscribe(
        new BaseSubscriber<ByteBuf>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            subscription.cancel();
          }
        });
  }
}
