package io.virga.control.network.desired;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.watch.DesiredStates.Forgotten;
import io.virga.dataplane.desired.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Finds which hosts a change touches, and where what they need is not what they were told. */
final class Needs {

  private static final String DROP_GATEWAYS =
      "DELETE FROM router_gateway_host WHERE router_id = ANY(:routers)";

  /**
   * Hosts with the wire of the external network; those that are there before those that are not.
   */
  private static final String CHOOSE_GATEWAYS =
      """
      INSERT INTO router_gateway_host (router_id, place, host)
      SELECT r.id, h.place, h.name
        FROM router r
        JOIN port g ON g.id = r.gateway_port_id
        JOIN network n ON n.id = g.network_id
       CROSS JOIN LATERAL (
             SELECT name, row_number() OVER (ORDER BY NOT alive, md5(r.id::text || name), name) AS place
               FROM network_host WHERE n.physical_network = ANY(physical_networks)
              ORDER BY place LIMIT 3) AS h
       WHERE r.id = ANY(:routers)
      """;

  /** Hosts that were told of what changes, and those that need it now. */
  private static final String TOUCHED =
      """
      WITH RECURSIVE reach(network_id) AS (
        SELECT unnest(CAST(:networks AS uuid[]))
        UNION
        SELECT network_id FROM router_link WHERE router_id = ANY(:routers)
        UNION
        SELECT there.network_id
          FROM reach
          JOIN router_link here ON here.network_id = reach.network_id
          JOIN router_link there ON there.router_id = here.router_id)
      SELECT host FROM desired_state
       WHERE NOT deleted AND (kind, id) IN (SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS text[])))
      UNION
      SELECT host FROM port WHERE host <> '' AND network_id IN (SELECT network_id FROM reach)
      UNION
      SELECT host FROM router_gateway_host
       WHERE router_id = ANY(:routers)
          OR router_id IN (SELECT router_id FROM router_link JOIN reach USING (network_id))
      UNION
      SELECT p.host
        FROM port p JOIN port_security_group g ON g.port_id = p.id
       WHERE p.host <> ''
         AND (g.security_group_id = ANY(:groups)
              OR g.security_group_id IN (SELECT security_group_id FROM security_group_rule
                                          WHERE remote_group_id = ANY(:groups)))
       ORDER BY 1
      """;

  /** What each of the hosts reaches by its ports and by the routers that are led through it. */
  private static final String REACH =
      """
      WITH RECURSIVE reach(host, network_id) AS (
        SELECT host, network_id FROM port WHERE host = ANY(:hosts)
        UNION
        SELECT g.host, l.network_id
          FROM router_gateway_host g JOIN router_link l USING (router_id) WHERE g.host = ANY(:hosts)
        UNION
        SELECT reach.host, there.network_id
          FROM reach
          JOIN router_link here ON here.network_id = reach.network_id
          JOIN router_link there ON there.router_id = here.router_id),
      led(host, router_id) AS (
        SELECT reach.host, l.router_id FROM reach JOIN router_link l USING (network_id)
        UNION
        SELECT host, router_id FROM router_gateway_host WHERE host = ANY(:hosts))
      """;

  private static final String DIFFERENCES =
      REACH
          + """
          , need(host, kind, id) AS (
            SELECT host, 'network', network_id FROM reach
            UNION
            SELECT led.host, 'network', g.network_id
              FROM led JOIN router r ON r.id = led.router_id JOIN port g ON g.id = r.gateway_port_id
            UNION
            SELECT host, 'router', router_id FROM led
            UNION
            SELECT p.host, 'security-group', g.security_group_id
              FROM port p JOIN port_security_group g ON g.port_id = p.id WHERE p.host = ANY(:hosts)
            UNION
            SELECT p.host, 'security-group', r.remote_group_id
              FROM port p
              JOIN port_security_group g ON g.port_id = p.id
              JOIN security_group_rule r USING (security_group_id)
             WHERE p.host = ANY(:hosts) AND r.remote_group_id IS NOT NULL),
          told(host, kind, id) AS (
            SELECT host, kind, CAST(id AS uuid) FROM desired_state
             WHERE NOT deleted AND host = ANY(:hosts)
               AND kind IN ('network', 'router', 'security-group'))
          SELECT d.host, d.kind, d.id, d.needed, d.told,
                 d.kind = 'network' AND EXISTS (SELECT 1 FROM reach
                                                 WHERE reach.host = d.host AND reach.network_id = d.id)
                   AS reached,
                 EXISTS (SELECT 1 FROM network n WHERE n.id = d.id AND n.external) AS external
            FROM (SELECT host, kind, id, need.id IS NOT NULL AS needed, told.id IS NOT NULL AS told
                    FROM need FULL JOIN told USING (host, kind, id)
                   WHERE need.id IS NULL OR told.id IS NULL OR id = ANY(:changed)) AS d
          """;

  private static final String ENDPOINTS =
      REACH
          + """
          , place(network_id, host) AS MATERIALIZED (
            SELECT DISTINCT network_id, host FROM port
             WHERE host <> '' AND network_id IN (SELECT network_id FROM reach)),
          near(host, other) AS (
            SELECT reach.host, place.host FROM reach JOIN place USING (network_id)
            UNION
            SELECT led.host, g.host FROM led JOIN router_gateway_host g USING (router_id)),
          need(host, id) AS (
            SELECT near.host, near.other FROM near JOIN network_host h ON h.name = near.other
             WHERE h.tunnel_address IS NOT NULL AND near.host <> near.other
               AND (near.host = ANY(:moved) OR near.other = ANY(:moved))),
          told(host, id) AS (
            SELECT host, id FROM desired_state
             WHERE NOT deleted AND kind = 'tunnel-endpoint' AND host = ANY(:hosts)
               AND (host = ANY(:moved) OR id = ANY(:moved)))
          SELECT host, id, need.id IS NOT NULL AS needed
            FROM need FULL JOIN told USING (host, id)
           WHERE need.id IS NULL OR told.id IS NULL OR id = ANY(:changed)
          """;

  private static final String LOST_PORTS =
      """
      SELECT d.host, d.id
        FROM desired_state d
        JOIN unnest(CAST(:hosts AS text[]), CAST(:networks AS text[])) AS lost(host, network_id)
          ON d.host = lost.host AND d.spec->>'networkId' = lost.network_id
       WHERE d.kind = 'port' AND NOT d.deleted
      """;

  private Needs() {}

  /**
   * What a host needs and was not told, or was told and does not need, or needs and has changed.
   *
   * @param reached for a network, whether the host needs its ports too
   */
  record Difference(
      String host,
      String kind,
      UUID id,
      boolean needed,
      boolean told,
      boolean reached,
      boolean external) {

    boolean is(Kind other) {
      return kind.equals(other.wireName());
    }

    boolean gainedOrLost() {
      return needed != told;
    }
  }

  /** An endpoint that a host is to be told of, or to forget. */
  record Endpoint(String host, String of, boolean needed) {}

  /** Chooses anew, of the hosts that may be, the gateways of routers. */
  static Mono<Void> chooseGateways(Transaction transaction, Set<UUID> routers) {
    if (routers.isEmpty()) {
      return Mono.empty();
    }
    UUID[] ids = routers.toArray(UUID[]::new);
    return transaction
        .sql(DROP_GATEWAYS)
        .bind("routers", ids)
        .execute()
        .then(transaction.sql(CHOOSE_GATEWAYS).bind("routers", ids).execute())
        .then();
  }

  static Mono<List<String>> touched(Session session, Scope scope) {
    List<String> kinds = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    Map.of(
            Kind.NETWORK, scope.allNetworks(),
            Kind.ROUTER, scope.routers(),
            Kind.SECURITY_GROUP, scope.groups(),
            Kind.TUNNEL_ENDPOINT, scope.hosts())
        .forEach(
            (kind, changed) ->
                changed.forEach(
                    id -> {
                      kinds.add(kind.wireName());
                      ids.add(id.toString());
                    }));
    return session
        .sql(TOUCHED)
        .bind("networks", scope.allNetworks().toArray(UUID[]::new))
        .bind("routers", scope.routers().toArray(UUID[]::new))
        .bind("groups", scope.groups().toArray(UUID[]::new))
        .bind("kinds", kinds.toArray(String[]::new))
        .bind("ids", ids.toArray(String[]::new))
        .all(row -> row.text("host"))
        .collectList();
  }

  static Mono<List<Difference>> differences(Session session, Set<String> hosts, Scope scope) {
    Set<UUID> changed = new HashSet<>(scope.allNetworks());
    changed.addAll(scope.routers());
    changed.addAll(scope.groups());
    return session
        .sql(DIFFERENCES)
        .bind("hosts", hosts.toArray(String[]::new))
        .bind("changed", changed.toArray(UUID[]::new))
        .all(Needs::difference)
        .collectList();
  }

  /**
   * The differences of endpoints.
   *
   * @param moved hosts of which any reaches other networks than it did, or has another address
   * @param changed those of another address
   */
  static Mono<List<Endpoint>> endpoints(
      Session session, Set<String> hosts, Set<String> moved, Set<String> changed) {
    return session
        .sql(ENDPOINTS)
        .bind("hosts", hosts.toArray(String[]::new))
        .bind("moved", moved.toArray(String[]::new))
        .bind("changed", changed.toArray(String[]::new))
        .all(row -> new Endpoint(row.text("host"), row.text("id"), row.flag("needed")))
        .collectList();
  }

  /** The ports of networks that hosts were told of and do not reach any more. */
  static Mono<List<Forgotten>> lostPorts(Session session, List<Difference> lost) {
    if (lost.isEmpty()) {
      return Mono.just(List.of());
    }
    return session
        .sql(LOST_PORTS)
        .bind("hosts", lost.stream().map(Difference::host).toArray(String[]::new))
        .bind("networks", lost.stream().map(one -> one.id().toString()).toArray(String[]::new))
        .all(row -> new Forgotten(row.text("host"), Kind.PORT, row.text("id")))
        .collectList();
  }

  private static Difference difference(Row row) {
    return new Difference(
        row.text("host"),
        row.text("kind"),
        row.uuid("id"),
        row.flag("needed"),
        row.flag("told"),
        row.flag("reached"),
        row.flag("external"));
  }
}
