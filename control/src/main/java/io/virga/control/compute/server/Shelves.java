package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Shelf;
import io.virga.control.compute.server.ServerLife.Stores;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.dataplane.desired.PowerState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Puts servers away and takes them back. A shelved server is shut down; then, at once or when an
 * administrator says so, its host forgets it and gives its place back. Its disks are volumes and
 * stay: it goes on where they are when it is taken back, or on another host if there is no room for
 * it. No image is made.
 *
 * <pre>
 * shelf      desired   task                 what comes next
 * NONE       RUNNING…  —                    shelve
 * SHELVED    STOPPED   shelving             the host says that it is off
 * SHELVED    STOPPED   —                    offload, unshelve
 * SHELVED    ABSENT    shelving_offloading  the host says that it has nothing of it
 * OFFLOADED  STOPPED   —                    unshelve
 * NONE       RUNNING   unshelving           the host says that it runs
 * </pre>
 *
 * <p>What is done to one that could not be shut down takes it off the shelf.
 */
public final class Shelves {

  private final Stores stores;
  private final InstanceSpecs specs;
  private final Moves moves;
  private final boolean offloads;

  /**
   * Puts none away yet.
   *
   * @param offloads whether the places of shelved servers are given back at once
   */
  public Shelves(Stores stores, InstanceSpecs specs, Moves moves, boolean offloads) {
    this.moves = moves;
    this.stores = stores;
    this.specs = specs;
    this.offloads = offloads;
  }

  /** It is to be off, and to stay so. */
  public Server shelve(Server server) {
    return server
        .with(server.placed().shelved(Shelf.SHELVED))
        .with(server.desired().power(PowerState.STOPPED, Server.SHELVING));
  }

  /** Its host is to forget one that is off. */
  public Server offload(Server server) {
    return server.with(server.desired().power(PowerState.ABSENT, "shelving_offloading"));
  }

  /** Whether that is to be done now, when its host has done what was desired. */
  public boolean isToBeOffloaded(Server server) {
    return offloads
        && server.placed().shelf() == Shelf.SHELVED
        && server.desired().power() == PowerState.STOPPED
        && server.desired().task().filter(Server.SHELVING::equals).isPresent();
  }

  /** Its host has nothing left of it: gives its place back. */
  public Mono<Void> offloaded(Transaction transaction, Server server) {
    Server away =
        server
            .with(server.placed().shelved(Shelf.OFFLOADED))
            .with(server.desired().halted())
            .with(
                new Server.Observed(
                    server.desired().generation(),
                    "stopped",
                    Optional.empty(),
                    server.observed().launchedAt()));
    return stores
        .placement()
        .release(transaction, server.host(), Sizes.claimed(server.build()))
        .then(specs.remove(transaction, server))
        .then(stores.servers().observe(transaction, away))
        .then(stores.servers().update(transaction, away));
  }

  /** It is to run again; fails with conflict if no host has room for it. */
  public Mono<Server> unshelve(Transaction transaction, Server server) {
    Server back =
        server
            .with(server.placed().shelved(Shelf.NONE))
            .with(server.desired().power(PowerState.RUNNING, Server.UNSHELVING));
    if (server.placed().shelf() == Shelf.SHELVED) {
      return Mono.just(back);
    }
    return moves
        .place(transaction, server)
        .switchIfEmpty(Mono.error(() -> ApiFault.conflict(Moves.NO_HOST)))
        .flatMap(claimed -> moves.settle(transaction, back, claimed));
  }
}
