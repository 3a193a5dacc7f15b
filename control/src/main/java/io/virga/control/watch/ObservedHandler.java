package io.virga.control.watch;

import io.virga.control.database.Transaction;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import reactor.core.publisher.Mono;

/**
 * Takes in what agents report of one kind. Registered with {@link ObservedStates} at start.
 *
 * <p>A report may come late, twice, or for a thing that is gone: match by id <b>and host</b>, and
 * compare the generation. What does not fit is passed over, never an error.
 */
public interface ObservedHandler {

  /** A {@link io.virga.dataplane.desired.Kind#wireName()}, or {@code host}. */
  String kind();

  Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state);
}
