package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Floating IPs with their port forwardings. */
public final class FloatingIpStore {

  private static final String SELECT =
      """
      SELECT f.id, f.project_id, f.description, e.network_id, f.external_port_id, e.mac,
             (SELECT host(min(a.address)) FROM port_address a WHERE a.port_id = e.id) AS address,
             f.port_id, host(f.fixed_ip) AS fixed_ip, f.router_id, f.tags, f.created_at, f.updated_at,
             f.revision,
             (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'id', w.id, 'floatingIpId', w.floating_ip_id, 'protocol', w.protocol,
                                'externalPort', w.external_port, 'externalPortLast', w.external_port_last,
                                'internalPort', w.internal_port, 'internalPortId', w.internal_port_id,
                                'internalIp', host(w.internal_ip), 'description', w.description,
                                'createdAt', w.created_at, 'updatedAt', w.updated_at,
                                'revision', w.revision) ORDER BY w.created_at, w.id), '[]')
                FROM port_forwarding w WHERE w.floating_ip_id = f.id)::text AS forwardings,
             (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'name', t.name, 'networkId', t.network_id, 'mac', t.mac,
                                'adminStateUp', t.admin_state_up, 'wired', t.wired,
                                'deviceId', t.device_id, 'deviceOwner', t.device_owner)), '[]')
                FROM port t WHERE t.id = f.port_id)::text AS target_ports
        FROM floating_ip f JOIN port e ON e.id = f.external_port_id
      """;

  private static final OwnedRows<FloatingIp> ROWS =
      new OwnedRows<>(
          "FloatingIP",
          new OwnedRows.Query("f", SELECT, "(:everything OR f.project_id = :project)"),
          FloatingIpStore::floatingIp);

  private static final String INSERT =
      """
      INSERT INTO floating_ip (id, project_id, description, external_port_id)
      VALUES (:id, :project, :description, :external)
      """;

  private static final String UPDATE =
      """
      UPDATE floating_ip SET description = :description, port_id = :port,
             fixed_ip = CAST(:fixed AS inet), router_id = :router, updated_at = now(),
             revision = revision + 1
       WHERE id = :id
      """;

  private static final String SAVE_FORWARDING =
      """
      INSERT INTO port_forwarding (id, floating_ip_id, protocol, external_port, external_port_last,
                                   internal_port, internal_port_id, internal_ip, description)
      VALUES (:id, :floating, :protocol, :external, :externalLast, :internal, :port, CAST(:ip AS inet),
              :description)
      ON CONFLICT (id) DO UPDATE
         SET protocol = excluded.protocol, external_port = excluded.external_port,
             external_port_last = excluded.external_port_last, internal_port = excluded.internal_port,
             internal_port_id = excluded.internal_port_id, internal_ip = excluded.internal_ip,
             description = excluded.description, updated_at = now(),
             revision = port_forwarding.revision + 1
      """;

  private static final String DELETE_FORWARDINGS_OF =
      """
      DELETE FROM port_forwarding
       WHERE internal_port_id = :port AND NOT host(internal_ip) = ANY(:kept)
      RETURNING floating_ip_id
      """;

  private static final String LOOSEN =
      """
      UPDATE floating_ip
         SET port_id = NULL, fixed_ip = NULL, router_id = NULL, updated_at = now(),
             revision = revision + 1
       WHERE port_id = :port AND NOT host(fixed_ip) = ANY(:kept)
      """;

  private static final String FREE =
      """
      UPDATE floating_ip f SET router_id = NULL, updated_at = now(), revision = revision + 1
       WHERE f.id = ANY(:ids) AND f.router_id IS NOT NULL AND f.port_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM port_forwarding w WHERE w.floating_ip_id = f.id)
      """;

  private static final String ROUTERS_TO =
      """
      SELECT router_id FROM floating_ip WHERE port_id = :port
      UNION
      SELECT f.router_id FROM port_forwarding w JOIN floating_ip f ON f.id = w.floating_ip_id
       WHERE w.internal_port_id = :port AND f.router_id IS NOT NULL
      """;

  /** Those of a router that need its interface on a subnet. */
  private static final String NEEDING =
      """
      SELECT f.id FROM floating_ip f
        LEFT JOIN port_forwarding w ON w.floating_ip_id = f.id
        JOIN port_address a ON (a.port_id, a.address) IN ((f.port_id, f.fixed_ip),
                                                          (w.internal_port_id, w.internal_ip))
       WHERE f.router_id = :router AND a.subnet_id = :subnet
       LIMIT 1
      """;

  public OwnedRows<FloatingIp> rows() {
    return ROWS;
  }

  public Mono<FloatingIp> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Those that routers translate, oldest first. */
  public Flux<FloatingIp> ofRouters(Session session, List<UUID> routers) {
    return session
        .sql(SELECT + " WHERE f.router_id = ANY(:routers) ORDER BY f.created_at, f.id")
        .bind("routers", routers.toArray(UUID[]::new))
        .all(FloatingIpStore::floatingIp);
  }

  /** Those whose addresses are of the external network. */
  public Flux<FloatingIp> ofNetwork(Session session, UUID externalNetwork) {
    return session
        .sql(SELECT + " WHERE e.network_id = :network ORDER BY f.created_at, f.id")
        .bind("network", externalNetwork)
        .all(FloatingIpStore::floatingIp);
  }

  /** Those that stand for an address of the port, or pass something on to it. */
  public Flux<FloatingIp> ofPort(Session session, UUID port) {
    return session
        .sql(
            SELECT
                + " WHERE f.port_id = :port OR f.id IN (SELECT w.floating_ip_id"
                + " FROM port_forwarding w WHERE w.internal_port_id = :port)")
        .bind("port", port)
        .all(FloatingIpStore::floatingIp);
  }

  /** The routers that translate floating IPs to the port. */
  public Flux<UUID> routersTo(Session session, UUID port) {
    return session.sql(ROUTERS_TO).bind("port", port).all(row -> row.uuid("router_id"));
  }

  /** Whether a floating IP of the router needs its interface on the subnet. */
  public Mono<Boolean> needs(Session session, UUID router, UUID subnet) {
    return session
        .sql(NEEDING)
        .bind("router", router)
        .bind("subnet", subnet)
        .one(row -> row.uuid("id"))
        .hasElement();
  }

  public Mono<Void> insert(Transaction transaction, FloatingIp floatingIp) {
    return transaction
        .sql(INSERT)
        .bind("id", floatingIp.id())
        .bind("project", floatingIp.projectId())
        .bind("description", floatingIp.description())
        .bind("external", floatingIp.externalPortId())
        .execute()
        .then();
  }

  /** Writes what it is for. */
  public Mono<Void> update(Transaction transaction, FloatingIp floatingIp) {
    return transaction
        .sql(UPDATE)
        .bind("id", floatingIp.id())
        .bind("description", floatingIp.description())
        .bind("port", floatingIp.target().map(FloatingIp.Target::portId), UUID.class)
        .bind("fixed", floatingIp.target().map(FloatingIp.Target::fixedIp), String.class)
        .bind("router", floatingIp.routerId(), UUID.class)
        .execute()
        .then();
  }

  /** With its forwardings. */
  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM port_forwarding WHERE floating_ip_id = :id")
        .bind("id", id)
        .execute()
        .then(transaction.sql("DELETE FROM floating_ip WHERE id = :id").bind("id", id).execute())
        .then();
  }

  /** Makes a forwarding, or changes it. */
  public Mono<Void> save(Transaction transaction, PortForwarding forwarding) {
    return transaction
        .sql(SAVE_FORWARDING)
        .bind("id", forwarding.id())
        .bind("floating", forwarding.floatingIpId())
        .bind("protocol", forwarding.protocol())
        .bind("external", forwarding.externalPort())
        .bind("externalLast", forwarding.externalPortLast())
        .bind("internal", forwarding.internalPort())
        .bind("port", forwarding.internalPortId())
        .bind("ip", forwarding.internalIp())
        .bind("description", forwarding.description())
        .execute()
        .then();
  }

  /** With the last of its forwardings, a floating IP is no router's any more. */
  public Mono<Void> deleteForwarding(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM port_forwarding WHERE id = :id RETURNING floating_ip_id")
        .bind("id", id)
        .all(row -> row.uuid("floating_ip_id"))
        .collectList()
        .flatMap(losing -> free(transaction, losing));
  }

  /** Takes all from the port that is not for one of the addresses which it keeps. */
  public Mono<Void> loosen(Transaction transaction, UUID port, List<String> kept) {
    String[] addresses = kept.toArray(String[]::new);
    return transaction
        .sql(LOOSEN)
        .bind("port", port)
        .bind("kept", addresses)
        .execute()
        .then(
            transaction
                .sql(DELETE_FORWARDINGS_OF)
                .bind("port", port)
                .bind("kept", addresses)
                .all(row -> row.uuid("floating_ip_id"))
                .collectList())
        .flatMap(losing -> free(transaction, losing));
  }

  /** Of those that have lost a forwarding, the ones that have no other are no router's. */
  private static Mono<Void> free(Transaction transaction, List<UUID> losing) {
    return losing.isEmpty()
        ? Mono.empty()
        : transaction.sql(FREE).bind("ids", losing.toArray(UUID[]::new)).execute().then();
  }

  private static FloatingIp floatingIp(Row row) {
    Optional<String> fixedIp = row.optionalText("fixed_ip");
    return new FloatingIp(
        row.uuid("id"),
        row.text("project_id"),
        row.text("description"),
        row.uuid("network_id"),
        row.uuid("external_port_id"),
        row.text("address"),
        row.text("mac"),
        row.optionalUuid("port_id")
            .flatMap(port -> fixedIp.map(ip -> new FloatingIp.Target(port, ip))),
        row.optionalUuid("router_id"),
        List.of(row.json("forwardings", PortForwarding[].class)),
        Arrays.stream(row.json("target_ports", FloatingIp.PortDetails[].class)).findFirst(),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }
}
