package io.virga.control.compute;

import io.virga.control.compute.model.Move;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Shelf;
import io.virga.control.compute.server.Moves;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.server.Shelves;
import io.virga.control.compute.store.ActionLog;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes in what compute agents say of instances: power, errors, disks let go of, and the end. */
final class InstanceReports implements ObservedHandler {

  private static final String DETACHED = "diskDetached:";

  private final ServerStore servers;
  private final ActionLog actions;
  private final ServerLife life;
  private final Shelves shelves;
  private final Moves moves;
  private final InstanceVolumes volumes;

  InstanceReports(
      ServerLife.Stores stores,
      ServerLife life,
      Shelves shelves,
      Moves moves,
      InstanceVolumes volumes) {
    this.moves = moves;
    this.servers = stores.servers();
    this.actions = stores.actions();
    this.life = life;
    this.shelves = shelves;
    this.volumes = volumes;
  }

  @Override
  public String kind() {
    return Kind.INSTANCE.wireName();
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return Mono.justOrEmpty(Ids.parse(state.id()))
        .flatMap(id -> servers.lock(transaction, Viewer.EVERYTHING, id))
        .onErrorResume(ApiFault::isNotFound, e -> Mono.empty())
        .filter(server -> server.host().equals(agent.host()))
        .flatMap(server -> take(transaction, server, state));
  }

  private Mono<Void> take(Transaction transaction, Server server, ObservedState state) {
    if (state.status() == ObservedState.Status.ABSENT) {
      return gone(transaction, server, state);
    }
    if (!server.isTold()) {
      return Mono.empty();
    }
    Server seen = server.with(observed(server, state));
    Mono<Void> noted =
        servers.observe(transaction, seen).then(Mono.defer(() -> log(transaction, server, state)));
    if (state.generation() < server.desired().generation()) {
      // The host does not know yet what is desired now, so its disks and power follow from before.
      return noted;
    }
    return noted
        .thenMany(Flux.fromIterable(state.details().keySet()))
        .filter(detail -> detail.startsWith(DETACHED))
        .concatMap(
            detail ->
                volumes.finishDetach(
                    transaction, detail.substring(DETACHED.length()), server.id().toString()))
        .collectList()
        .flatMap(
            swapped ->
                swapped.contains(true)
                    ? life.change(transaction, seen.changed())
                    : followUp(transaction, seen, state));
  }

  /** A report of an earlier end, from which it was taken back, says nothing of this one. */
  private Mono<Void> gone(Transaction transaction, Server server, ObservedState state) {
    if (server.desired().power() != PowerState.ABSENT
        || state.generation() < server.desired().generation()) {
      return Mono.empty();
    }
    if (server.placed().shelf() == Shelf.SHELVED) {
      return shelves.offloaded(transaction, server);
    }
    return server
        .placed()
        .move()
        .map(move -> moves.left(transaction, server, move))
        .orElseGet(() -> life.forget(transaction, server));
  }

  /** What was asked for has come about, or cannot; a move, once the server is where it goes. */
  private Mono<Void> log(Transaction transaction, Server server, ObservedState state) {
    Optional<Move> move = server.placed().move();
    boolean failed = state.status() == ObservedState.Status.FAILED;
    boolean done =
        state.status() == ObservedState.Status.READY
            && state.generation() > server.observed().generation()
            && move.filter(Move::isUnderWay).isEmpty();
    if (!done && !failed) {
      return Mono.empty();
    }
    Mono<Void> finished = actions.finish(transaction, server.id(), state.generation(), done);
    return done && move.isPresent() && state.generation() >= server.desired().generation()
        ? finished.then(moves.arrived(transaction, move.get()))
        : finished;
  }

  /**
   * A guest that has switched itself off stays off, whatever else changes about it; one that was to
   * be off to be put away is.
   */
  private Mono<Void> followUp(Transaction transaction, Server server, ObservedState state) {
    boolean off =
        state.status() == ObservedState.Status.READY
            && "stopped".equals(state.details().get("power"));
    if (off && server.desired().power() == PowerState.RUNNING) {
      return life.change(transaction, server.with(server.desired().halted()));
    }
    if (off && moves.isToLeave(server)) {
      return life.change(transaction, moves.forgotten(server));
    }
    return off && shelves.isToBeOffloaded(server)
        ? life.change(transaction, shelves.offload(server))
        : Mono.empty();
  }

  /** A pending report brings no new generation about, so it leaves the generation as it was. */
  private static Server.Observed observed(Server server, ObservedState state) {
    boolean done = state.status() == ObservedState.Status.READY;
    return new Server.Observed(
        done ? state.generation() : Math.min(server.observed().generation(), state.generation()),
        state.details().getOrDefault("power", server.observed().power()),
        state.status() == ObservedState.Status.FAILED
            ? Optional.of(state.error().orElse("The host could not bring the server about."))
            : Optional.empty(),
        server.observed().launchedAt().or(() -> startedAt(state)));
  }

  private static Optional<Instant> startedAt(ObservedState state) {
    try {
      return Optional.ofNullable(state.details().get("startedAt")).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
