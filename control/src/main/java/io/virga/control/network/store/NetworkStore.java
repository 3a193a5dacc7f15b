package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.RbacPolicy;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Networks. A shared or external one is everyone's to see, and its owner's to change. */
public final class NetworkStore {

  private static final String COLUMNS =
      """
      SELECT n.*, %s AS shared,
             ARRAY(SELECT s.id::text FROM subnet s WHERE s.network_id = n.id
                         ORDER BY s.created_at, s.id) AS subnet_ids
        FROM network n
      """;

  private static final OwnedRows<Network> ROWS =
      new OwnedRows<>(
          "Network",
          new OwnedRows.Query("n", COLUMNS.formatted(Sharing.shared("n")), Sharing.opened("n")),
          NetworkStore::network);

  private static final String REVISE =
      "UPDATE network SET updated_at = now(), revision = revision + 1 WHERE id = :id";

  private static final String INSERT =
      """
      INSERT INTO network (id, project_id, name, description, admin_state_up, external,
                           port_security_enabled, mtu, vni, physical_network, vlan, dns_domain,
                           qos_policy_id)
      VALUES (:id, :project, :name, :description, :up, :external, :security, :mtu, :vni,
              :physical, :vlan, :domain, :qos)
      """;

  /**
   * The next free one behind the one that was looked at last; those that are asked for lie
   * anywhere.
   */
  private static final String NEXT_VNI =
      """
      WITH next AS MATERIALIZED (SELECT nextval('network_vni')::integer AS vni)
      SELECT c.vni
        FROM (SELECT vni FROM next UNION SELECT vni % 16777215 + 1 FROM network) AS c, next
       WHERE NOT EXISTS (SELECT 1 FROM network n WHERE n.vni = c.vni)
       ORDER BY c.vni < next.vni, c.vni
       LIMIT 1
      """;

  private static final String UPDATE =
      """
      UPDATE network SET name = :name, description = :description, admin_state_up = :up,
             external = :external, port_security_enabled = :security, mtu = :mtu,
             dns_domain = :domain, qos_policy_id = :qos,
             updated_at = now(), revision = revision + 1
       WHERE id = :id
      """;

  private final RbacStore policies = new RbacStore();

  public OwnedRows<Network> rows() {
    return ROWS;
  }

  public Flux<Network> list(Session session, Viewer viewer) {
    return ROWS.list(session, viewer);
  }

  public Mono<Network> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Counts a change of what hangs on it. */
  public Mono<Void> revise(Transaction transaction, UUID id) {
    return transaction.sql(REVISE).bind("id", id).execute().then();
  }

  public Flux<Network> ofIds(Session session, List<UUID> ids) {
    return session
        .sql(COLUMNS.formatted("false") + " WHERE n.id = ANY(:ids)")
        .bind("ids", ids.toArray(UUID[]::new))
        .all(NetworkStore::network);
  }

  /**
   * Finds one that the viewer may change, and keeps others from changing it or what hangs on it.
   */
  public Mono<Network> lockOwned(Transaction transaction, Viewer viewer, UUID id) {
    return transaction
        .sql("SELECT id FROM network WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(find(transaction, viewer, id))
        .flatMap(
            network ->
                viewer.everything() || network.projectId().equals(viewer.projectId())
                    ? Mono.just(network)
                    : Mono.error(
                        ApiFault.forbidden("Network " + id + " belongs to another project.")));
  }

  /**
   * Under its VNI, or under any free one if that is 0.
   *
   * @throws org.springframework.dao.DuplicateKeyException if its VNI or its wire is another's
   */
  public Mono<Void> insert(Transaction transaction, Network network) {
    Mono<Integer> vni =
        network.vni() > 0
            ? Mono.just(network.vni())
            : transaction.sql(NEXT_VNI).one(row -> row.integer("vni"));
    return vni.flatMap(
            chosen ->
                written(transaction, INSERT, network)
                    .bind("project", network.projectId())
                    .bind("vni", chosen)
                    .bind(
                        "physical",
                        network.provider().map(Network.Provider::physicalNetwork),
                        String.class)
                    .bind("vlan", network.provider().flatMap(Network.Provider::vlan), Integer.class)
                    .execute())
        .then(open(transaction, network, RbacPolicy.SHARED, network.shared()))
        .then(open(transaction, network, RbacPolicy.EXTERNAL, network.external()));
  }

  /** How a network is opened. */
  public static RbacPolicy.Opening opening(Network network, String action) {
    return new RbacPolicy.Opening(
        network.projectId(), RbacPolicy.ObjectType.NETWORK, network.id(), action);
  }

  private Mono<Void> open(
      Transaction transaction, Network network, String action, boolean toEveryone) {
    return toEveryone
        ? Mono.defer(() -> policies.open(transaction, opening(network, action), true))
        : Mono.empty();
  }

  public Mono<Void> update(Transaction transaction, Network network) {
    return written(transaction, UPDATE, network).execute().then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction.sql("DELETE FROM network WHERE id = :id").bind("id", id).execute().then();
  }

  private static Statement written(Transaction transaction, String sql, Network network) {
    return transaction
        .sql(sql)
        .bind("id", network.id())
        .bind("name", network.name())
        .bind("description", network.description())
        .bind("up", network.adminStateUp())
        .bind("external", network.external())
        .bind("security", network.portSecurityEnabled())
        .bind("mtu", network.mtu())
        .bind("domain", network.dnsDomain(), String.class)
        .bind("qos", network.qosPolicyId(), UUID.class);
  }

  private static Network network(Row row) {
    return new Network(
        row.uuid("id"),
        row.text("project_id"),
        row.text("name"),
        row.text("description"),
        row.flag("admin_state_up"),
        row.flag("shared"),
        row.flag("external"),
        row.flag("port_security_enabled"),
        row.integer("mtu"),
        row.integer("vni"),
        row.optionalText("physical_network")
            .map(
                name ->
                    new Network.Provider(name, row.optionalNumber("vlan").map(Math::toIntExact))),
        row.optionalText("dns_domain"),
        row.optionalUuid("qos_policy_id"),
        row.texts("subnet_ids"),
        row.time("created_at"),
        row.time("updated_at"),
        row.number("revision"));
  }
}
