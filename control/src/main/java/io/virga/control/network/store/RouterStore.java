package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Router;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Routers with their gateways, and which ports are their interfaces. */
public final class RouterStore {

  private static final String SELECT =
      """
      SELECT r.*, r.extra_routes::text AS routes, g.network_id AS gateway_network, g.mac AS gateway_mac,
             coalesce((SELECT jsonb_agg(jsonb_build_object('subnet_id', a.subnet_id, 'ip_address', host(a.address))
                                        ORDER BY a.address)
                         FROM port_address a WHERE a.port_id = g.id), '[]')::text AS gateway_ips
        FROM router r LEFT JOIN port g ON g.id = r.gateway_port_id
      """;

  private static final OwnedRows<Router> ROWS =
      new OwnedRows<>(
          "Router",
          new OwnedRows.Query("r", SELECT, "(:everything OR r.project_id = :project)"),
          RouterStore::router);

  /** The next free number behind the one that was looked at last; none if all are taken. */
  private static final String NEXT_NUMBER =
      """
      WITH next AS MATERIALIZED (SELECT nextval('router_number')::integer AS number)
      SELECT c.number
        FROM (SELECT number FROM next UNION SELECT number % 32767 + 1 FROM router) AS c, next
       WHERE NOT EXISTS (SELECT 1 FROM router r WHERE r.number = c.number)
       ORDER BY c.number < next.number, c.number
       LIMIT 1
      """;

  private static final String INSERT =
      """
      INSERT INTO router (id, project_id, name, description, admin_state_up, number, distributed, ha,
                          zone_hints, extra_routes, snat)
      VALUES (:id, :project, :name, :description, :up, :number, :distributed, :ha, :hints,
              CAST(:routes AS jsonb), true)
      """;

  private static final String UPDATE =
      """
      UPDATE router SET name = :name, description = :description, admin_state_up = :up,
             distributed = :distributed, ha = :ha, zone_hints = :hints,
             extra_routes = CAST(:routes AS jsonb), updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  private static final String SET_GATEWAY =
      """
      UPDATE router SET gateway_port_id = :port, snat = :snat, updated_at = now(),
             revision = revision + 1
       WHERE id = :id
      """;

  private static final String REACHING =
      """
      SELECT i.router_id
        FROM port_address a
        JOIN router_interface i ON i.port_id = a.port_id
        JOIN router r ON r.id = i.router_id
        JOIN port g ON g.id = r.gateway_port_id
        JOIN subnet s ON s.id = a.subnet_id
       WHERE a.subnet_id = :subnet AND g.network_id = :external
       ORDER BY a.address = s.gateway_ip DESC NULLS LAST, r.created_at, r.id
       LIMIT 1
      """;

  public OwnedRows<Router> rows() {
    return ROWS;
  }

  public Mono<Router> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  public Flux<Router> ofIds(Session session, List<UUID> ids) {
    return session
        .sql(SELECT + " WHERE r.id = ANY(:ids) ORDER BY r.created_at, r.id")
        .bind("ids", ids.toArray(UUID[]::new))
        .all(RouterStore::router);
  }

  /** Fails with conflict if there are 32,767 already. The lock of the views must be held. */
  public Mono<Void> insert(Transaction transaction, Router router) {
    return transaction
        .sql(NEXT_NUMBER)
        .one(row -> row.integer("number"))
        .switchIfEmpty(
            Mono.error(() -> ApiFault.conflict("The cloud has 32767 routers; no more fit in.")))
        .flatMap(
            number ->
                written(transaction.sql(INSERT), router)
                    .bind("project", router.projectId())
                    .bind("number", number)
                    .execute())
        .then();
  }

  public Mono<Void> update(Transaction transaction, Router router) {
    return written(transaction.sql(UPDATE), router).execute().then();
  }

  public Mono<Void> setGateway(
      Transaction transaction, UUID id, Optional<UUID> port, boolean snat) {
    return transaction
        .sql(SET_GATEWAY)
        .bind("id", id)
        .bind("port", port, UUID.class)
        .bind("snat", snat)
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM router WHERE id = :id").bind("id", id).execute().then();
  }

  public Mono<Void> addInterface(Transaction transaction, UUID id, UUID port) {
    return transaction
        .sql("INSERT INTO router_interface (port_id, router_id) VALUES (:port, :router)")
        .bind("port", port)
        .bind("router", id)
        .execute()
        .then();
  }

  public Mono<Void> removeInterface(Transaction transaction, UUID port) {
    return transaction
        .sql("DELETE FROM router_interface WHERE port_id = :port")
        .bind("port", port)
        .execute()
        .then();
  }

  /**
   * The router that has an interface on the subnet and its gateway on the external network; of
   * several the one that is the subnet's gateway, else the oldest. Empty if there is none.
   */
  public Mono<UUID> reaching(Session session, UUID subnet, UUID externalNetwork) {
    return session
        .sql(REACHING)
        .bind("subnet", subnet)
        .bind("external", externalNetwork)
        .one(row -> row.uuid("router_id"));
  }

  private static Statement written(Statement statement, Router router) {
    return statement
        .bind("id", router.id())
        .bind("name", router.name())
        .bind("description", router.description())
        .bind("up", router.adminStateUp())
        .bind("distributed", router.distributed())
        .bind("ha", router.ha())
        .bind("hints", router.zoneHints().toArray(String[]::new))
        .bindJson("routes", router.routes());
  }

  private static Router router(Row row) {
    return new Router(
        row.uuid("id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.flag("admin_state_up"),
        row.integer("number"),
        row.flag("distributed"),
        row.flag("ha"),
        row.texts("zone_hints"),
        List.of(row.json("routes", Router.Route[].class)),
        row.optionalUuid("gateway_port_id").map(port -> gateway(row, port)),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }

  private static Router.Gateway gateway(Row row, UUID port) {
    return new Router.Gateway(
        port,
        row.uuid("gateway_network"),
        row.text("gateway_mac"),
        row.flag("snat"),
        List.of(row.json("gateway_ips", Port.FixedIp[].class)));
  }
}
