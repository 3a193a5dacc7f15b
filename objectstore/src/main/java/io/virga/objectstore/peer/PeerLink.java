package io.virga.objectstore.peer;

import io.virga.dataplane.configuration.HostPort;
import reactor.core.publisher.Mono;

/** The way to the peers; the seam at which tests put faults. Thread-safe. */
public interface PeerLink {

  /** Hears how a call went; exactly one method, once, on the loop of the connection. */
  interface Listener {

    /** The head of the answer has come. The listener sees to the body. */
    void replied(Reply reply);

    /** There will be no answer. */
    void failed(PeerFailure failure);
  }

  /** A call that was begun. */
  @FunctionalInterface
  interface Started {

    /** Gives up; the listener hears nothing more. Any thread, any number of times. */
    void cancel();
  }

  /**
   * Begins a call and takes over the request's body. On an event loop of the process the connection
   * of that loop is used, so that no thread is changed.
   */
  Started start(HostPort peer, PeerRequest request, Listener listener);

  /**
   * The same as a Mono: a call for each subscription, so only one if the body is {@link
   * Body.Whole}. Cancelling it gives the call up.
   */
  default Mono<Reply> call(HostPort peer, PeerRequest request) {
    return new CallMono(this, peer, request);
  }
}
