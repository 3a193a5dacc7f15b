package io.virga.control.network.desired;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews.Scope;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps what other hosts are told of a host equal to what its agent says of it, and to whether the
 * agent is there. Level-triggered: whoever looks and finds a difference writes it, and tells the
 * hosts that it touches, in one transaction.
 *
 * <p>An agent that has been gone for no longer than {@link #GRACE} counts as there, so that its
 * restart, or that of a control process, moves no gateway.
 */
public final class NetworkHosts {

  static final Duration GRACE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(NetworkHosts.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private static final String DIFFERENCES =
      """
      WITH seen AS (
        SELECT h.name,
               CASE WHEN h.details->>'tunnelAddress' ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$'
                    THEN h.details->>'tunnelAddress' END AS tunnel_address,
               ARRAY(SELECT DISTINCT split_part(mapping, ':', 1)
                       FROM unnest(string_to_array(h.details->>'bridgeMappings', ',')) AS mapping
                      WHERE mapping <> '' ORDER BY 1) AS physical_networks,
               h.connected_to IS NOT NULL OR h.changed_at > now() - make_interval(secs => :grace)
                 AS alive
          FROM host h WHERE h.service = 'netagent')
      SELECT coalesce(s.name, n.name) AS name, s.tunnel_address,
             coalesce(s.physical_networks, '{}') AS physical_networks,
             coalesce(s.alive, false) AS alive, s.name IS NULL AS forgotten,
             coalesce(n.physical_networks, '{}') AS before
        FROM seen s FULL JOIN network_host n ON n.name = s.name
       WHERE s.name IS NULL
          OR (s.tunnel_address, s.physical_networks, s.alive)
             IS DISTINCT FROM (n.tunnel_address, n.physical_networks, n.alive)
       ORDER BY 1
      """;

  private static final String SAVE =
      """
      INSERT INTO network_host (name, tunnel_address, physical_networks, alive)
      VALUES (:name, :address, :physical, :alive)
      ON CONFLICT (name) DO UPDATE
         SET tunnel_address = excluded.tunnel_address,
             physical_networks = excluded.physical_networks, alive = excluded.alive
      """;

  private static final String FORGET = "DELETE FROM network_host WHERE name = :name";

  private static final String NETWORKS =
      "SELECT DISTINCT network_id AS id FROM port WHERE host = ANY(:hosts)";

  private static final String ROUTERS =
      """
      SELECT r.id
        FROM router r JOIN port g ON g.id = r.gateway_port_id JOIN network n ON n.id = g.network_id
       WHERE n.physical_network = ANY(:physical)
      UNION
      SELECT router_id FROM router_gateway_host WHERE host = ANY(:hosts)
      """;

  private final Database database;
  private final HostViews views;

  public NetworkHosts(Database database, HostViews views) {
    this.database = database;
    this.views = views;
  }

  /** A host that is not as it was last written, or is not known any more. */
  private record Difference(
      String name,
      Optional<String> tunnelAddress,
      List<String> physicalNetworks,
      boolean alive,
      boolean forgotten,
      List<String> before) {}

  /** Looks each second; what fails is logged and tried again. */
  public Disposable follow() {
    return Flux.interval(EVERY)
        .onBackpressureDrop()
        .concatMap(tick -> update().onErrorResume(NetworkHosts::logged), 1)
        .subscribe();
  }

  /** Writes what has become different, if anything has. */
  public Mono<Void> update() {
    return differences(database)
        .hasElements()
        .flatMap(some -> some ? database.inTransaction(this::update) : Mono.empty());
  }

  /** Likewise, in a transaction that is open. */
  public Mono<Void> update(Transaction transaction) {
    return views
        .lock(transaction)
        .then(differences(transaction).collectList())
        .filter(found -> !found.isEmpty())
        .flatMap(
            found ->
                scope(transaction, found)
                    .flatMap(
                        scope -> views.changing(transaction, scope, save(transaction, found))));
  }

  private static Flux<Difference> differences(Session session) {
    return session
        .sql(DIFFERENCES)
        .bind("grace", (double) GRACE.toSeconds())
        .all(NetworkHosts::difference);
  }

  private static Mono<Void> save(Transaction transaction, List<Difference> found) {
    return Flux.fromIterable(found)
        .concatMap(
            one ->
                one.forgotten()
                    ? transaction.sql(FORGET).bind("name", one.name()).execute()
                    : transaction
                        .sql(SAVE)
                        .bind("name", one.name())
                        .bind("address", one.tunnelAddress(), String.class)
                        .bind("physical", one.physicalNetworks().toArray(String[]::new))
                        .bind("alive", one.alive())
                        .execute())
        .then();
  }

  /**
   * The networks of the hosts' ports, and the routers that lead out where the hosts have a wire.
   */
  private static Mono<Scope> scope(Transaction transaction, List<Difference> found) {
    String[] hosts = found.stream().map(Difference::name).toArray(String[]::new);
    Set<String> physical = new TreeSet<>();
    for (Difference one : found) {
      physical.addAll(one.physicalNetworks());
      physical.addAll(one.before());
    }
    Mono<Set<UUID>> networks =
        ids(transaction.sql(NETWORKS).bind("hosts", hosts).all(row -> row.uuid("id")));
    Mono<Set<UUID>> routers =
        ids(
            transaction
                .sql(ROUTERS)
                .bind("hosts", hosts)
                .bind("physical", physical.toArray(String[]::new))
                .all(row -> row.uuid("id")));
    return networks.flatMap(
        on -> routers.map(led -> new Scope(Set.of(), Set.of(), on, Set.of(), led, Set.of(hosts))));
  }

  private static Mono<Set<UUID>> ids(Flux<UUID> ids) {
    return ids.collectList().map(HashSet::new);
  }

  private static Difference difference(Row row) {
    return new Difference(
        row.text("name"),
        row.optionalText("tunnel_address"),
        row.texts("physical_networks"),
        row.flag("alive"),
        row.flag("forgotten"),
        row.texts("before"));
  }

  private static Mono<Void> logged(Throwable error) {
    log.warn("cannot look for hosts that have come or gone; trying again", error);
    return Mono.empty();
  }
}
