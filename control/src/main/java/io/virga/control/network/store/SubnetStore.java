package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.Ipv6Modes;
import io.virga.control.network.model.Subnet;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Subnets with their pools. Seen by whoever may have ports on their network; those of one that is
 * external alone are not.
 */
public final class SubnetStore {

  private static final String COLUMNS =
      """
      SELECT s.id, s.network_id, s.project_id, s.name, s.description, s.cidr::text AS cidr,
             host(s.gateway_ip) AS gateway_ip, s.enable_dhcp, s.dns_nameservers,
             s.host_routes::text AS host_routes, s.ipv6_ra_mode, s.ipv6_address_mode,
             s.subnet_pool_id, s.tags, s.created_at, s.updated_at, s.revision,
             coalesce((SELECT jsonb_agg(jsonb_build_object('start', host(p.first_ip), 'end', host(p.last_ip))
                                        ORDER BY p.first_ip)
                         FROM allocation_pool p WHERE p.subnet_id = s.id), '[]')::text AS pools
        FROM subnet s
      """;

  private static final OwnedRows<Subnet> ROWS =
      new OwnedRows<>(
          "Subnet",
          new OwnedRows.Query(
              "s",
              COLUMNS,
              """
              (:everything OR s.project_id = :project
               OR EXISTS (SELECT 1 FROM network n
                           WHERE n.id = s.network_id
                             AND (n.project_id = :project
                                  OR EXISTS (SELECT 1 FROM rbac_policy b
                                              WHERE b.object_id = n.id
                                                AND b.action = 'access_as_shared'
                                                AND b.target_project IN ('*', :project)))))
              """),
          SubnetStore::subnet);

  private static final String INSERT =
      """
      INSERT INTO subnet (id, network_id, project_id, name, description, cidr, gateway_ip, enable_dhcp,
                          dns_nameservers, host_routes, ipv6_ra_mode, ipv6_address_mode, subnet_pool_id)
      VALUES (:id, :network, :project, :name, :description, CAST(:cidr AS cidr), CAST(:gateway AS inet),
              :dhcp, :dns, CAST(:routes AS jsonb), :ra, :address, :pool)
      """;

  private static final String UPDATE =
      """
      UPDATE subnet SET name = :name, description = :description, gateway_ip = CAST(:gateway AS inet),
             enable_dhcp = :dhcp, dns_nameservers = :dns, host_routes = CAST(:routes AS jsonb),
             updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  private static final String INSERT_POOL =
      """
      INSERT INTO allocation_pool (subnet_id, first_ip, last_ip)
      VALUES (:subnet, CAST(:first AS inet), CAST(:last AS inet))
      """;

  private static final String OF_ROUTER =
      """
       WHERE s.id IN (SELECT a.subnet_id
                        FROM port_address a
                        LEFT JOIN router_interface i ON i.port_id = a.port_id
                        LEFT JOIN router r ON r.gateway_port_id = a.port_id
                       WHERE i.router_id = :router OR r.id = :router)
       ORDER BY s.created_at, s.id
      """;

  private static final String IN_USE =
      "SELECT count(*) AS used FROM port_address WHERE subnet_id = :id";

  public OwnedRows<Subnet> rows() {
    return ROWS;
  }

  public Mono<Subnet> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  public Flux<Subnet> ofNetworks(Session session, List<UUID> networks) {
    return session
        .sql(COLUMNS + " WHERE s.network_id = ANY(:networks) ORDER BY s.created_at, s.id")
        .bind("networks", networks.toArray(UUID[]::new))
        .all(SubnetStore::subnet);
  }

  /** Those on which a router has an address, the gateway's too. */
  public Flux<Subnet> ofRouter(Session session, UUID router) {
    return session.sql(COLUMNS + OF_ROUTER).bind("router", router).all(SubnetStore::subnet);
  }

  /** How many addresses of the subnet ports have. */
  public Mono<Long> addressesInUse(Session session, UUID id) {
    return session.sql(IN_USE).bind("id", id).one(row -> row.number("used"));
  }

  public Mono<Void> insert(Transaction transaction, Subnet subnet) {
    return written(transaction.sql(INSERT), subnet)
        .bind("network", subnet.networkId())
        .bind("project", subnet.projectId())
        .bind("cidr", subnet.cidr())
        .bind("ra", subnet.modes().ra().map(Ipv6Modes::word), String.class)
        .bind("address", subnet.modes().address().map(Ipv6Modes::word), String.class)
        .bind("pool", subnet.subnetPoolId(), UUID.class)
        .execute()
        .thenMany(Flux.fromIterable(subnet.pools()))
        .concatMap(
            pool ->
                transaction
                    .sql(INSERT_POOL)
                    .bind("subnet", subnet.id())
                    .bind("first", pool.start())
                    .bind("last", pool.end())
                    .execute())
        .then();
  }

  public Mono<Void> update(Transaction transaction, Subnet subnet) {
    return written(transaction.sql(UPDATE), subnet).execute().then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM subnet WHERE id = :id").bind("id", id).execute().then();
  }

  private static Statement written(Statement statement, Subnet subnet) {
    return statement
        .bind("id", subnet.id())
        .bind("name", subnet.name())
        .bind("description", subnet.description())
        .bind("gateway", subnet.gatewayIp(), String.class)
        .bind("dhcp", subnet.enableDhcp())
        .bind("dns", subnet.dnsNameservers().toArray(String[]::new))
        .bindJson("routes", subnet.hostRoutes());
  }

  private static Subnet subnet(Row row) {
    return new Subnet(
        row.uuid("id"),
        row.uuid("network_id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.text("cidr"),
        row.optionalText("gateway_ip"),
        row.flag("enable_dhcp"),
        List.of(row.json("pools", Subnet.Pool[].class)),
        row.texts("dns_nameservers"),
        List.of(row.json("host_routes", Subnet.HostRoute[].class)),
        new Ipv6Modes(
            row.optionalText("ipv6_ra_mode").map(Ipv6Modes::ofWord),
            row.optionalText("ipv6_address_mode").map(Ipv6Modes::ofWord)),
        row.optionalUuid("subnet_pool_id"),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }
}
