package io.virga.objectstore.peer;

import reactor.core.publisher.Mono;

/** What a node does for its peers. */
@FunctionalInterface
public interface PeerService {

  /**
   * Called on the connection's event loop, which it must not block; the answer may come from any
   * thread. An error, or no answer, is a fault of this node: it is logged, and the peer is told
   * {@link ResetCode#FAILED} with the message. Cancelled when the peer goes or gives up.
   */
  Mono<Answer> handle(Call call);
}
