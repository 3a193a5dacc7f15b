package io.virga.control.compute.server;

import io.virga.control.compute.model.Move;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.ServerGroup;
import io.virga.control.compute.server.ServerLife.Neighbours;
import io.virga.control.compute.server.ServerLife.Stores;
import io.virga.control.compute.store.MigrationStore.Begun;
import io.virga.control.compute.store.Placement;
import io.virga.control.compute.store.Placement.Claimed;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.quota.Quota;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.dataplane.desired.PowerState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Moves servers to other hosts while they are off. Their volumes stay where they are: they are
 * closed to the host that a server leaves, and opened, under new names, to the one that it comes
 * to. Ports are bound there. Both places are claimed until the move is confirmed or reverted.
 *
 * <pre>
 * stage      desired    what comes next
 * —          any        migrate, resize
 * LEAVING    STOPPED    the host says that it is off
 * LEAVING    ABSENT     the host says that it has nothing of it: the other host is told of it
 * ARRIVED    as before  the host says that it is so; confirm, revert
 * RETURNING  STOPPED    as LEAVING
 * RETURNING  ABSENT     as LEAVING, and the place that it leaves is given back
 * </pre>
 */
public final class Moves {

  static final String NO_HOST = "No valid host was found. There are not enough hosts available.";
  private static final long GIBIBYTE = 1L << 30;

  private final Stores stores;
  private final Neighbours neighbours;
  private final InstanceSpecs specs;
  private final Quota quota;

  public Moves(Stores stores, Neighbours neighbours, InstanceSpecs specs, Quota quota) {
    this.stores = stores;
    this.neighbours = neighbours;
    this.specs = specs;
    this.quota = quota;
  }

  /**
   * To another host, as it is. Fails with bad request, in Nova's words, if none can take it.
   *
   * @param host the only one that it may be; an administrator has named it
   */
  public Mono<Server> migrate(
      Transaction transaction, String userId, Server server, Optional<String> host) {
    if (host.filter(server.host()::equals).isPresent()) {
      return Mono.error(
          ApiFault.badRequest(
              "The server %s is on the host %s already.".formatted(server.id(), server.host())));
    }
    return begin(transaction, server, server.size(), host)
        .flatMap(
            claimed ->
                leave(transaction, server, new Way("migration", userId, server.size(), claimed)));
  }

  /** To another host, in another size; as {@link #migrate}. */
  Mono<Server> resize(Transaction transaction, String userId, Server server, Server.Size after) {
    return begin(transaction, server, after, Optional.empty())
        .flatMap(claimed -> leave(transaction, server, new Way("resize", userId, after, claimed)));
  }

  /** Which way it goes. */
  private record Way(String type, String userId, Server.Size after, Claimed to) {}

  private Mono<Claimed> begin(
      Transaction transaction, Server server, Server.Size size, Optional<String> host) {
    return claim(transaction, server, size, host)
        .switchIfEmpty(Mono.error(() -> ApiFault.badRequest(NO_HOST)));
  }

  /**
   * Claims another host than the one that it is on; empty if none can take it.
   *
   * @param asked the only one that it may be
   */
  private Mono<Claimed> claim(
      Transaction transaction, Server server, Server.Size size, Optional<String> asked) {
    return stores
        .placement()
        .lock(transaction)
        .then(neighbours.volumes().tiedTo(transaction, server.id().toString()))
        .filter(tied -> tied.isEmpty() || asked.isEmpty() || tied.equals(asked))
        .zipWhen(tied -> group(transaction, server))
        .flatMap(
            both ->
                stores
                    .placement()
                    .claim(
                        transaction,
                        size,
                        new Placement.Wanted(
                            asked.or(both::getT1),
                            // An administrator who names a host need not look at its zone.
                            Optional.of(server.placed().zone()).filter(zone -> asked.isEmpty()),
                            both.getT2(),
                            Optional.of(new Placement.Leaving(server.id(), server.host())))));
  }

  private Mono<Optional<ServerGroup>> group(Transaction transaction, Server server) {
    return Mono.justOrEmpty(server.placed().groupId())
        .flatMap(id -> stores.groups().lock(transaction, Viewer.EVERYTHING, id))
        .singleOptional();
  }

  private Mono<Server> leave(Transaction transaction, Server server, Way way) {
    Begun begun = new Begun(way.type(), way.userId(), way.to().host(), way.after());
    return stores
        .migrations()
        .begin(transaction, server, begun)
        .map(
            id ->
                goingOff(
                    server.with(server.build().sized(way.after(), Optional.of(server.size()))),
                    new Move(
                        id,
                        Move.Stage.LEAVING,
                        way.to().host(),
                        way.to().zone(),
                        server.desired().power()),
                    "resize_migrating"));
  }

  private static Server goingOff(Server server, Move move, String task) {
    PowerState first =
        server.desired().power() == PowerState.STOPPED ? PowerState.ABSENT : PowerState.STOPPED;
    return server.with(server.placed().moving(move)).with(server.desired().power(first, task));
  }

  /** Whether its host has only to forget it, once it is off. */
  public boolean isToLeave(Server server) {
    return server.desired().power() == PowerState.STOPPED
        && server.placed().move().filter(Move::isUnderWay).isPresent();
  }

  /** Its host is to forget one that is off. */
  public Server forgotten(Server server) {
    return server.with(
        server.desired().power(PowerState.ABSENT, server.desired().task().orElse("")));
  }

  /** Its host has nothing left of it: the other one is told of it. */
  public Mono<Void> left(Transaction transaction, Server server, Move move) {
    boolean back = move.stage() == Move.Stage.RETURNING;
    Server there = settled(server.with(server.placed().on(move.other(), move.zone())));
    Server arrived =
        back
            ? returned(there, move)
            : there
                .with(there.placed().moving(move.arrived(server.host(), server.placed().zone())))
                .with(there.desired().power(move.power(), "resize_finish"));
    return (back ? giveBack(transaction, server, move) : Mono.<Void>empty())
        .then(relocate(transaction, server, arrived))
        .then(
            stores
                .migrations()
                .change(transaction, move.id(), back ? "reverted" : "post-migrating", back));
  }

  /** What the host that it leaves has said last of it. */
  private static Server settled(Server server) {
    return server.with(
        new Server.Observed(
            server.desired().generation(),
            "stopped",
            Optional.empty(),
            server.observed().launchedAt()));
  }

  private static Server returned(Server server, Move move) {
    Server.Size before = server.build().resizedFrom().orElse(server.size());
    return server
        .with(server.build().sized(before, Optional.empty()))
        .with(server.placed().settled())
        .with(server.desired().power(move.power(), "resize_reverting"));
  }

  /** What the size that it does not keep has claimed of the quota, and of the host it leaves. */
  private Mono<Void> giveBack(Transaction transaction, Server server, Move move) {
    return quotaBack(transaction, server, Claims.there(server, move))
        .then(stores.placement().release(transaction, server.host(), server.size()));
  }

  private Mono<Void> quotaBack(Transaction transaction, Server server, Server.Size kept) {
    return Mono.justOrEmpty(Sizes.more(Sizes.claimed(server.build()), kept))
        .flatMap(rest -> quota.release(transaction, server.projectId(), ServerLife.needs(rest, 0)));
  }

  /** Its volumes and ports are where it is from now on, and so is what is told of it. */
  private Mono<Void> relocate(Transaction transaction, Server before, Server after) {
    String id = before.id().toString();
    return neighbours
        .volumes()
        .moveTo(transaction, id, after.host())
        .then(Mono.defer(() -> grow(transaction, after)))
        .then(Mono.defer(() -> resizeFurther(transaction, before, after)))
        .then(neighbours.ports().moveTo(transaction, id, after.host()))
        .then(specs.remove(transaction, before))
        .then(stores.servers().observe(transaction, after))
        .then(stores.servers().update(transaction, after))
        .then(Mono.defer(() -> specs.put(transaction, after)));
  }

  /** To and fro; one that moves is off. */
  private Mono<Void> resizeFurther(Transaction transaction, Server before, Server after) {
    return new FurtherDisks(neighbours.volumes(), true)
        .resize(
            transaction, after, after.build().resizedFrom().orElse(before.size()), after.size());
  }

  private Mono<Void> grow(Transaction transaction, Server after) {
    boolean larger =
        after
            .build()
            .resizedFrom()
            .filter(before -> after.size().diskGib() > before.diskGib())
            .isPresent();
    return larger && !after.build().imageId().isEmpty()
        ? neighbours
            .volumes()
            .growRoot(
                transaction,
                after.id().toString(),
                InstanceVolumes.ROOT,
                after.size().diskGib() * GIBIBYTE)
        : Mono.empty();
  }

  /** It stays where it has arrived, and gives the other place back. */
  Mono<Server> confirm(Transaction transaction, Server server, Move move) {
    return quotaBack(transaction, server, server.size())
        .then(stores.placement().release(transaction, move.other(), Claims.there(server, move)))
        .then(stores.migrations().change(transaction, move.id(), "confirmed", true))
        .thenReturn(
            server
                .with(server.build().sized(server.size(), Optional.empty()))
                .with(server.placed().settled()));
  }

  /** It goes back where it was. */
  Mono<Server> revert(Transaction transaction, Server server, Move move) {
    return stores
        .migrations()
        .change(transaction, move.id(), "reverting", false)
        .thenReturn(goingOff(server, move.returning(server.desired().power()), "resize_reverting"));
  }

  /** The host that it has come to has brought it about. */
  public Mono<Void> arrived(Transaction transaction, Move move) {
    return stores.migrations().change(transaction, move.id(), "finished", false);
  }

  /** It goes no further, as it is on its way out; the other place is given back. */
  Mono<Server> abandon(Transaction transaction, Server server) {
    return server
        .placed()
        .move()
        .map(move -> abandon(transaction, server, move))
        .orElse(Mono.just(server));
  }

  private Mono<Server> abandon(Transaction transaction, Server server, Move move) {
    Server.Size kept = Claims.here(server, move);
    return quotaBack(transaction, server, kept)
        .then(stores.placement().release(transaction, move.other(), Claims.there(server, move)))
        .then(stores.migrations().change(transaction, move.id(), "error", true))
        .thenReturn(
            server
                .with(server.build().sized(kept, Optional.empty()))
                .with(server.placed().settled()));
  }

  /** Claims a place for a server that no host has: where it was, or anywhere; empty for none. */
  Mono<Claimed> place(Transaction transaction, Server server) {
    return stores
        .placement()
        .claim(
            transaction,
            server.size(),
            new Placement.Wanted(
                Optional.of(server.host()), Optional.empty(), Optional.empty(), Optional.empty()))
        .switchIfEmpty(
            Mono.defer(() -> claim(transaction, server, server.size(), Optional.empty())));
  }

  /** Has its volumes and ports where a place has been claimed for it. */
  Mono<Server> settle(Transaction transaction, Server server, Claimed claimed) {
    String id = server.id().toString();
    Server there = server.with(server.placed().on(claimed.host(), claimed.zone()));
    return claimed.host().equals(server.host())
        ? Mono.just(there)
        : neighbours
            .volumes()
            .moveTo(transaction, id, claimed.host())
            .then(neighbours.ports().moveTo(transaction, id, claimed.host()))
            .thenReturn(there);
  }
}
