package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
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

    /** Notes that the generation was brought about, or what went wrong behind it. */
    Mono<Void> observe(
        Transaction transaction,
        T thing,
        ObservedState state,
        long generation,
        Optional<String> error);

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
        .flatMap(id -> things.lockOfHost(transaction, agent.host(), id))
        .flatMap(thing -> take(transaction, thing, state));
  }

  private Mono<Void> take(Transaction transaction, T thing, ObservedState state) {
    Standing standing = things.standing(thing);
    return switch (state.status()) {
      case ABSENT ->
          standing.presence() == Presence.ABSENT ? things.forget(transaction, thing) : Mono.empty();
      case READY -> things.observe(transaction, thing, state, state.generation(), Optional.empty());
      case FAILED ->
          state.generation() == standing.desired()
              ? things.observe(
                  transaction,
                  thing,
                  state,
                  Math.min(standing.observed(), state.generation()),
                  Optional.of(error(state)))
              : Mono.empty();
      case PENDING -> Mono.empty();
    };
  }

  private String error(ObservedState state) {
    return state
        .error()
        .orElseGet(() -> "The host could not bring the " + kind.wireName() + " about.");
  }
}
