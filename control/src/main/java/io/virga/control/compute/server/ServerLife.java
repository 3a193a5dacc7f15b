package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Shelf;
import io.virga.control.compute.store.ActionLog;
import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.compute.store.KeyPairStore;
import io.virga.control.compute.store.MigrationStore;
import io.virga.control.compute.store.Placement;
import io.virga.control.compute.store.ServerGroupStore;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.compute.store.UsageStore;
import io.virga.control.database.Transaction;
import io.virga.control.image.BootImages;
import io.virga.control.image.SeenImages;
import io.virga.control.network.InstancePorts;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.dataplane.desired.PowerState;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * How servers change and go. A server, what it has claimed, the log of what was done to it and what
 * its host is told are one transaction: all of it or nothing.
 */
public final class ServerLife {

  private final Stores stores;
  private final Neighbours neighbours;
  private final InstanceSpecs specs;
  private final Quota quota;
  private final Moves moves;

  public ServerLife(
      Stores stores, Neighbours neighbours, InstanceSpecs specs, Quota quota, Moves moves) {
    this.moves = moves;
    this.stores = stores;
    this.neighbours = neighbours;
    this.specs = specs;
    this.quota = quota;
  }

  /** The tables that servers live in. */
  public record Stores(
      ServerStore servers,
      FlavorStore flavors,
      KeyPairStore keyPairs,
      Placement placement,
      ServerGroupStore groups,
      AggregateStore aggregates,
      UsageStore usages,
      ActionLog actions,
      MigrationStore migrations) {}

  /** The services that servers are made of. */
  public record Neighbours(
      BootImages images, SeenImages seenImages, InstanceVolumes volumes, InstancePorts ports) {}

  /** Who does something, by which request. */
  public record Actor(Caller caller, String requestId) {

    ActionLog.Entry entry(Act act) {
      return new ActionLog.Entry(requestId, act.action(), act.event(), caller.userId());
    }
  }

  /**
   * Does something to a server that the actor sees, if it may be done now: what comes of it is
   * written, told to its host if it is of another generation, and logged. Fails with not found, or
   * with conflict in Nova's words.
   *
   * @param how makes the changed server of the one that is there, which nobody else changes
   */
  public Mono<Server> act(
      Transaction transaction, Actor actor, UUID id, Act act, Function<Server, Mono<Server>> how) {
    return stores
        .servers()
        .lock(transaction, Viewer.of(actor.caller()), id)
        .flatMap(
            server -> {
              act.check(server, actor.caller());
              return how.apply(act.takesOffShelf() ? offShelf(server) : server)
                  .flatMap(
                      changed ->
                          write(transaction, server, changed)
                              .then(log(transaction, actor, act, server, changed))
                              .thenReturn(changed));
            });
  }

  private static Server offShelf(Server server) {
    return server.placed().shelf() == Shelf.SHELVED
        ? server.with(server.placed().shelved(Shelf.NONE))
        : server;
  }

  /** From now on the server is on its way out; it is gone when its host says so. */
  public Mono<Void> delete(Transaction transaction, Actor actor, UUID id) {
    return stores
        .servers()
        .lock(transaction, Viewer.of(actor.caller()), id)
        .flatMap(
            server -> {
              Act.DELETE.check(server, actor.caller());
              Shelf shelf = server.placed().shelf();
              boolean stays = shelf == Shelf.SHELVED || server.placed().move().isPresent();
              if (server.desired().power() == PowerState.ABSENT && !stays) {
                return Mono.empty();
              }
              // One that is being offloaded has its place yet.
              Server leaving =
                  offShelf(server).with(server.desired().power(PowerState.ABSENT, "deleting"));
              return log(transaction, actor, Act.DELETE, server, leaving)
                  .then(moves.abandon(transaction, leaving))
                  .flatMap(
                      alone ->
                          server.host().isEmpty()
                              ? forget(transaction, server)
                              : change(transaction, alone));
            });
  }

  /** Writes a changed server, and tells its host. */
  public Mono<Void> change(Transaction transaction, Server changed) {
    return stores
        .servers()
        .update(transaction, changed)
        .then(Mono.defer(() -> specs.put(transaction, changed)));
  }

  /**
   * The host has nothing left of the server: gives everything back, in the order in which it was
   * claimed, so that no server on its way in and one on its way out wait for each other.
   */
  public Mono<Void> forget(Transaction transaction, Server server) {
    String id = server.id().toString();
    return quota
        .release(transaction, server.projectId(), needs(Sizes.claimed(server.build()), 1))
        .then(stores.placement().release(transaction, Claims.of(server)))
        .then(neighbours.volumes().releaseAll(transaction, id))
        .then(neighbours.ports().release(transaction, id))
        .then(specs.remove(transaction, server))
        .then(stores.usages().close(transaction, server))
        .then(stores.actions().close(transaction, server.id()))
        .then(stores.servers().delete(transaction, server.id()));
  }

  /** What so many instances, and once the size, count for. */
  static Map<Resource, Long> needs(Server.Size size, long instances) {
    return Map.of(
        Resource.INSTANCES, instances,
        Resource.CORES, (long) size.vcpus(),
        Resource.RAM_MIB, (long) size.ramMib());
  }

  private Mono<Void> write(Transaction transaction, Server before, Server changed) {
    return tells(before, changed)
        ? change(transaction, changed)
        : stores.servers().update(transaction, changed);
  }

  private static boolean tells(Server before, Server changed) {
    return before.desired().generation() != changed.desired().generation() && changed.isTold();
  }

  private Mono<Void> log(
      Transaction transaction, Actor actor, Act act, Server before, Server changed) {
    return act.isLogged()
        ? stores.actions().begin(transaction, changed, actor.entry(act), !tells(before, changed))
        : Mono.empty();
  }
}
