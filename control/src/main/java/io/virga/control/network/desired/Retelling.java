package io.virga.control.network.desired;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews.Scope;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares all that hosts have been told with what they need, as if everything had changed, one
 * network a transaction. For the start of a process, which may derive more than the one before it
 * did; finds nothing to tell otherwise.
 */
public final class Retelling {

  private static final Logger log = LoggerFactory.getLogger(Retelling.class);

  private static final String GROUPS =
      """
      WITH own AS (
        SELECT g.security_group_id AS id
          FROM port p JOIN port_security_group g ON g.port_id = p.id
         WHERE p.network_id = :network AND p.host <> '')
      SELECT id FROM own
      UNION
      SELECT remote_group_id FROM security_group_rule
       WHERE remote_group_id IS NOT NULL AND security_group_id IN (SELECT id FROM own)
      """;

  private static final String ROUTERS =
      """
      SELECT router_id AS id FROM router_link WHERE network_id = :network
      UNION
      SELECT r.id FROM router r JOIN port g ON g.id = r.gateway_port_id WHERE g.network_id = :network
      """;

  private static final String HOSTS =
      """
      SELECT DISTINCT p.host FROM port p JOIN network_host h ON h.name = p.host
       WHERE p.network_id = :network
      """;

  private final Database database;
  private final HostViews views;

  public Retelling(Database database, HostViews views) {
    this.database = database;
    this.views = views;
  }

  /** Goes through all networks. What fails is logged and passed over: the next change tells it. */
  public Mono<Void> run() {
    return database
        .sql("SELECT id FROM network ORDER BY id")
        .all(row -> row.uuid("id"))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(
            network ->
                database
                    .inTransaction(transaction -> retell(transaction, network))
                    .onErrorResume(
                        error -> {
                          log.warn("cannot tell hosts of network {} anew", network, error);
                          return Mono.empty();
                        }))
        .then();
  }

  private Mono<Void> retell(Transaction transaction, UUID network) {
    return views
        .lock(transaction)
        .then(scope(transaction, network))
        .flatMap(scope -> views.changing(transaction, scope, Mono.empty()));
  }

  private static Mono<Scope> scope(Transaction transaction, UUID network) {
    return ids(transaction, GROUPS, network)
        .flatMap(
            groups ->
                ids(transaction, ROUTERS, network)
                    .flatMap(
                        routers ->
                            transaction
                                .sql(HOSTS)
                                .bind("network", network)
                                .all(row -> row.text("host"))
                                .collectList()
                                .map(
                                    hosts ->
                                        new Scope(
                                            Set.of(network),
                                            Set.of(),
                                            Set.of(),
                                            groups,
                                            routers,
                                            new HashSet<>(hosts)))));
  }

  private static Mono<Set<UUID>> ids(Transaction transaction, String sql, UUID network) {
    return transaction
        .sql(sql)
        .bind("network", network)
        .all(row -> row.uuid("id"))
        .collectList()
        .map(HashSet::new);
  }
}
