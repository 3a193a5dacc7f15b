package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.QosRule;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ports with their addresses and groups. */
public final class PortStore {

  private static final String COLUMNS =
      """
      SELECT p.*, p.allowed_address_pairs::text AS pairs, p.dhcp_options::text AS options,
             m.qos_policy_id AS network_qos_policy_id, m.dns_domain AS network_domain,
             CASE WHEN p.device_owner = 'trunk:subport'
                  THEN (SELECT jsonb_build_object('parentId', k.port_id, 'vlan', s.vlan)
                          FROM trunk_sub_port s JOIN trunk k ON k.id = s.trunk_id
                         WHERE s.port_id = p.id) END::text AS sub_port,
             (SELECT jsonb_build_object('trunk_id', c.id, 'sub_ports', coalesce((
                       SELECT jsonb_agg(jsonb_build_object('port_id', s.port_id, 'segmentation_type', 'vlan',
                                                           'segmentation_id', s.vlan, 'mac_address', q.mac)
                                        ORDER BY s.vlan)
                         FROM trunk_sub_port s JOIN port q ON q.id = s.port_id WHERE s.trunk_id = c.id), '[]'))
                FROM trunk c WHERE c.port_id = p.id)::text AS carries,
             CASE WHEN p.device_owner LIKE 'network:%%' THEN '[]'
                  ELSE (%s)::text END AS qos_rules,
             coalesce((SELECT jsonb_agg(jsonb_build_object('subnet_id', a.subnet_id, 'ip_address', host(a.address))
                                        ORDER BY a.address)
                         FROM port_address a WHERE a.port_id = p.id), '[]')::text AS fixed_ips,
             ARRAY(SELECT g.security_group_id::text FROM port_security_group g WHERE g.port_id = p.id
                    ORDER BY g.security_group_id) AS group_ids
        FROM port p JOIN network m ON m.id = p.network_id
      """
          .formatted(QosStore.rulesOf("coalesce(p.qos_policy_id, m.qos_policy_id)"));

  /** What is of no project is not that of a caller without one. */
  private static final String OWN = "(:everything OR p.project_id = :project AND :project <> '')";

  /** Who owns a network sees the ports of others on it. */
  private static final String SEEN =
      "(:everything OR :project <> '' AND :project IN (p.project_id, m.project_id))";

  private static final OwnedRows<Port> ROWS = rows(OWN);
  private static final OwnedRows<Port> SEEN_ROWS = rows(SEEN);

  private static final String ORDER = " ORDER BY p.created_at, p.card, p.id";

  private static final String INSERT =
      """
      INSERT INTO port (id, network_id, project_id, name, description, mac, admin_state_up,
                        port_security_enabled, device_id, device_owner, host, hostname,
                        made_for_instance, card, allowed_address_pairs, dhcp_options, qos_policy_id)
      VALUES (:id, :network, :project, :name, :description, :mac, :up, :security, :device, :owner, :host,
              :hostname, :made, :card, CAST(:pairs AS jsonb), CAST(:options AS jsonb), :qos)
      """;

  private static final String JOIN_GROUPS =
      """
      INSERT INTO port_security_group (port_id, security_group_id) SELECT :id, unnest(CAST(:groups AS uuid[]))
      """;

  private static final String INSERT_WITH_GROUPS = "WITH made AS (" + INSERT + ") " + JOIN_GROUPS;

  private static final String REPLACE_GROUPS =
      """
      WITH left_alone AS (
        DELETE FROM port_security_group WHERE port_id = :id AND security_group_id <> ALL(:groups))
      """
          + JOIN_GROUPS
          + " ON CONFLICT DO NOTHING";

  private static final String UPDATE =
      """
      UPDATE port SET name = :name, description = :description, mac = :mac, admin_state_up = :up,
             port_security_enabled = :security, device_id = :device, device_owner = :owner, host = :host,
             hostname = :hostname, made_for_instance = :made, card = :card,
             allowed_address_pairs = CAST(:pairs AS jsonb), dhcp_options = CAST(:options AS jsonb),
             qos_policy_id = :qos,
             wired = wired AND host = :host, updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  private static final String WIRED =
      """
      UPDATE port SET wired = :wired, updated_at = now(), revision = revision + 1
       WHERE id = :id AND host = :host AND wired <> :wired
      """;

  private static final String DEVICES_AT =
      """
      SELECT DISTINCT p.device_id FROM port p JOIN port_address a ON a.port_id = p.id
       WHERE p.device_owner LIKE 'compute:%' AND (:everything OR p.project_id = :project)
         AND host(a.address) ~ CASE family(a.address) WHEN 4 THEN :v4 ELSE :v6 END
      """;

  private static OwnedRows<Port> rows(String visible) {
    return new OwnedRows<>("Port", new OwnedRows.Query("p", COLUMNS, visible), PortStore::port);
  }

  /** For looking at, and for the owner of a network to delete; not for use. */
  public OwnedRows<Port> seenRows() {
    return SEEN_ROWS;
  }

  public Mono<Port> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<Port> lock(Transaction transaction, Viewer viewer, UUID id) {
    return transaction
        .sql("SELECT id FROM port WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(find(transaction, viewer, id));
  }

  /** Those that the compute service has put into servers; anyone may name a device otherwise. */
  public Flux<Port> ofDevices(Session session, List<String> deviceIds) {
    return session
        .sql(
            COLUMNS
                + " WHERE p.device_id = ANY(:devices) AND p.device_id <> ''"
                + " AND p.device_owner LIKE 'compute:%'"
                + ORDER)
        .bind("devices", deviceIds.toArray(String[]::new))
        .all(PortStore::port);
  }

  /** Those devices of which an address begins as the expression for its version says. */
  public Flux<String> devicesAt(
      Session session, Viewer viewer, Optional<String> v4, Optional<String> v6) {
    return viewer
        .bind(session.sql(DEVICES_AT))
        .bind("v4", v4.map(text -> "^(?:" + text + ")"), String.class)
        .bind("v6", v6.map(text -> "^(?:" + text + ")"), String.class)
        .all(row -> row.text("device_id"));
  }

  public Flux<Port> ofIds(Session session, List<UUID> ids) {
    return session
        .sql(COLUMNS + " WHERE p.id = ANY(:ids)" + ORDER)
        .bind("ids", ids.toArray(UUID[]::new))
        .all(PortStore::port);
  }

  public Flux<Port> ofNetwork(Session session, UUID network) {
    return session
        .sql(COLUMNS + " WHERE p.network_id = :network" + ORDER)
        .bind("network", network)
        .all(PortStore::port);
  }

  /** The interfaces of routers; each names its router as its device. */
  public Flux<Port> ofRouters(Session session, List<UUID> routers) {
    return session
        .sql(
            COLUMNS
                + " JOIN router_interface i ON i.port_id = p.id WHERE i.router_id = ANY(:routers)"
                + ORDER)
        .bind("routers", routers.toArray(UUID[]::new))
        .all(PortStore::port);
  }

  /** Likewise, without those on external networks, by which no router joins networks. */
  public Flux<Port> linking(Session session, List<UUID> routers) {
    return session
        .sql(
            COLUMNS
                + " JOIN router_interface i ON i.port_id = p.id JOIN network n ON n.id ="
                + " p.network_id WHERE i.router_id = ANY(:routers) AND NOT n.external"
                + ORDER)
        .bind("routers", routers.toArray(UUID[]::new))
        .all(PortStore::port);
  }

  /** All that are bound, of networks. */
  public Flux<Port> boundOn(Session session, List<UUID> networks) {
    return session
        .sql(COLUMNS + " WHERE p.host <> '' AND p.network_id = ANY(:networks)" + ORDER)
        .bind("networks", networks.toArray(UUID[]::new))
        .all(PortStore::port);
  }

  /** Whether a port of one of these owners is on the network. */
  public Mono<Boolean> isOwnedOn(Session session, UUID network, List<String> owners) {
    return session
        .sql(
            "SELECT EXISTS (SELECT 1 FROM port WHERE network_id = :network"
                + " AND device_owner = ANY(:owners)) AS some")
        .bind("network", network)
        .bind("owners", owners.toArray(String[]::new))
        .one(row -> row.flag("some"));
  }

  public Mono<Long> countOnNetwork(Session session, UUID networkId) {
    return session
        .sql("SELECT count(*) AS ports FROM port WHERE network_id = :network")
        .bind("network", networkId)
        .one(row -> row.number("ports"));
  }

  public Mono<Void> insert(Transaction transaction, Port port) {
    return written(transaction.sql(INSERT_WITH_GROUPS), port)
        .bind("network", port.networkId())
        .bind("project", port.projectId())
        .bind("groups", groups(port))
        .execute()
        .then();
  }

  public Mono<Void> update(Transaction transaction, Port port) {
    return written(transaction.sql(UPDATE), port).execute().then(replaceGroups(transaction, port));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM port WHERE id = :id").bind("id", id).execute().then();
  }

  /** Notes what the agent of the host has said; nothing if the port is not that host's. */
  public Mono<Void> setWired(Transaction transaction, UUID id, String host, boolean wired) {
    return transaction
        .sql(WIRED)
        .bind("id", id)
        .bind("host", host)
        .bind("wired", wired)
        .execute()
        .then();
  }

  private static Mono<Void> replaceGroups(Transaction transaction, Port port) {
    return transaction
        .sql(REPLACE_GROUPS)
        .bind("id", port.id())
        .bind("groups", groups(port))
        .execute()
        .then();
  }

  private static UUID[] groups(Port port) {
    return port.securityGroupIds().stream().map(UUID::fromString).toArray(UUID[]::new);
  }

  private static Statement written(Statement statement, Port port) {
    return statement
        .bind("id", port.id())
        .bind("name", port.name())
        .bind("description", port.description())
        .bind("mac", port.mac())
        .bind("up", port.adminStateUp())
        .bind("security", port.portSecurityEnabled())
        .bind("device", port.deviceId())
        .bind("owner", port.deviceOwner())
        .bind("host", port.host())
        .bind("hostname", port.hostname())
        .bind("made", port.madeForInstance())
        .bind("card", port.card())
        .bindJson("pairs", port.allowedAddressPairs())
        .bindJson("options", port.options().dhcpOptions())
        .bind("qos", port.options().qosPolicyId(), UUID.class);
  }

  private static Port port(Row row) {
    return new Port(
        row.uuid("id"),
        row.uuid("network_id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.text("mac"),
        row.flag("admin_state_up"),
        row.flag("port_security_enabled"),
        row.text("device_id"),
        row.text("device_owner"),
        row.text("host"),
        row.text("hostname"),
        row.flag("wired"),
        row.flag("made_for_instance"),
        row.integer("card"),
        List.of(row.json("fixed_ips", Port.FixedIp[].class)),
        row.texts("group_ids"),
        List.of(row.json("pairs", Port.AddressPair[].class)),
        options(row),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }

  private static Port.Options options(Row row) {
    return new Port.Options(
        List.of(row.json("options", Port.DhcpOption[].class)),
        row.optionalUuid("qos_policy_id"),
        row.optionalUuid("network_qos_policy_id"),
        List.of(row.json("qos_rules", QosRule[].class)),
        row.optionalText("network_domain"),
        row.optionalText("sub_port").map(text -> Json.read(text, Port.SubPort.class)),
        row.optionalText("carries").map(text -> Json.read(text, Port.Carried.class)));
  }
}
