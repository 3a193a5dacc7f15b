package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Takes in what block stores say of what they keep: how far they are, errors, and the end. Only the
 * host of a thing is heard, an end only if it is desired, and an error only of the newest
 * generation.
 */
final class BlockReports<T> implements ObservedHandler {

  private final Kind kind;
  private final Things<T> things;

  BlockReports(Kind kind, Things<T> things) {
    this.kind = kind;
    this.things = things;
  }

  /** What the reports are of. */
  interface Things<T> {

    /** Finds one and keeps others from changing it; empty if the host has none. */
    Mono<T> lockOfHost(Transaction transaction, String host, UUID id);

    Standing standing(T thing);

    /** Notes that the host has brought a generation of the thing about, if it is that host's. */
    Mono<Void> ready(Transaction transaction, String host, UUID id, ObservedState state);

    /** Notes what went wrong behind the generation. */
    Mono<Void> failed(
        Transaction transaction, T thing, ObservedState state, long generation, String error);

    /** The host has nothing left of it. */
    Mono<Void> forget(Transaction transaction, T thing);
  }

  /**
   * How far a thing is.
   *
   * @param desired the newest generation
   * @param observed the newest that was brought about
   */
  record Standing(Presence presence, long desired, long observed) {}

  @Override
  public String kind() {
    return kind.wireName();
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return Mono.justOrEmpty(Ids.parse(state.id()))
        .flatMap(
            id ->
                switch (state.status()) {
                  case READY -> things.ready(transaction, agent.host(), id, state);
                  case PENDING -> Mono.empty();
                  case ABSENT ->
                      things
                          .lockOfHost(transaction, agent.host(), id)
                          .filter(thing -> things.standing(thing).presence() == Presence.ABSENT)
                          .flatMap(thing -> things.forget(transaction, thing));
                  case FAILED ->
                      things
                          .lockOfHost(transaction, agent.host(), id)
                          .flatMap(thing -> fail(transaction, thing, state));
                });
  }

  private Mono<Void> fail(Transaction transaction, T thing, ObservedState state) {
    Standing standing = things.standing(thing);
    return state.generation() == standing.desired()
        ? things.failed(
            transaction,
            thing,
            state,
            Math.min(standing.observed(), state.generation()),
            error(state))
        : Mono.empty();
  }

  private String error(ObservedState state) {
    return state
        .error()
        .orElseGet(() -> "The host could not bring the " + kind.wireName() + " about.");
  }
}
