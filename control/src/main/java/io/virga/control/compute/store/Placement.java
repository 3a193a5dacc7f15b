package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The scheduler: one statement picks the host with the most free memory among those that can take
 * the server, and claims it, in the transaction that makes the server. Claims and releases are put
 * one after another by a lock that is held until the commit.
 *
 * <p>A host counts when its compute agent, blockstore and netagent are all connected. Virtual CPUs
 * may be promised 16 times, as Nova does; memory once.
 */
public final class Placement {

  private static final int CPU_OVERCOMMIT = 16;

  /** A transaction that claims for several servers must not meet one that holds its next host. */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('placement', 0))::text AS locked";

  private static final String KNOW_HOSTS =
      """
      INSERT INTO compute_claim (host, vcpus, ram_mib)
      SELECT name, 0, 0 FROM host WHERE service = 'compute-agent'
      ON CONFLICT DO NOTHING
      """;

  private static final String CLAIM =
      """
      UPDATE compute_claim SET vcpus = vcpus + :vcpus, ram_mib = ram_mib + :ram
       WHERE host = (
         SELECT c.host
           FROM compute_claim c JOIN host h ON h.service = 'compute-agent' AND h.name = c.host
          WHERE h.connected_to IS NOT NULL AND NOT h.disabled
            AND c.vcpus + :vcpus <= h.vcpus * :overcommit
            AND c.ram_mib + :ram <= h.memory_bytes >> 20
            AND (:host = '' OR c.host = :host)
            AND (SELECT count(*) FROM host o
                  WHERE o.name = c.host AND o.service IN ('blockstore', 'netagent')
                    AND o.connected_to IS NOT NULL) = 2
          ORDER BY (h.memory_bytes >> 20) - c.ram_mib DESC, c.host
          LIMIT 1
            FOR UPDATE OF c)
      RETURNING host
      """;

  private static final String RELEASE =
      """
      UPDATE compute_claim SET vcpus = greatest(0, vcpus - :vcpus), ram_mib = greatest(0, ram_mib - :ram)
       WHERE host = :host
      """;

  /**
   * The host that was claimed; empty if none can take a server of the size.
   *
   * @param host the only one that it may be; bad request if no host is called so
   */
  public Mono<String> claim(Transaction transaction, Server.Size size, Optional<String> host) {
    return lock(transaction)
        .then(transaction.sql(KNOW_HOSTS).execute())
        .then(Mono.justOrEmpty(host).flatMap(name -> requireKnown(transaction, name)))
        .then(
            transaction
                .sql(CLAIM)
                .bind("vcpus", size.vcpus())
                .bind("ram", (long) size.ramMib())
                .bind("overcommit", CPU_OVERCOMMIT)
                .bind("host", host.orElse(""))
                .one(row -> row.text("host")));
  }

  /** Gives back what a server of the size has claimed. */
  public Mono<Void> release(Transaction transaction, String host, Server.Size size) {
    return lock(transaction)
        .then(
            transaction
                .sql(RELEASE)
                .bind("host", host)
                .bind("vcpus", size.vcpus())
                .bind("ram", (long) size.ramMib())
                .execute())
        .then();
  }

  private static Mono<Void> requireKnown(Transaction transaction, String host) {
    return transaction
        .sql("SELECT host FROM compute_claim WHERE host = :host")
        .bind("host", host)
        .one(row -> row.text("host"))
        .switchIfEmpty(
            Mono.error(() -> ApiFault.badRequest("Compute host " + host + " could not be found.")))
        .then();
  }

  private static Mono<Void> lock(Transaction transaction) {
    return transaction.sql(LOCK).one(row -> row.text("locked")).then();
  }
}
