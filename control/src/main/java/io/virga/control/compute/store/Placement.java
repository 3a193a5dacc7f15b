package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.ServerGroup;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The scheduler: one statement picks the host with the most free memory among those that can take
 * the server, and claims it, in the transaction that makes the server. Claims and releases are put
 * one after another by a lock that is held until the commit.
 *
 * <p>A host counts when its compute agent, blockstore and netagent are all connected, and no
 * administrator says otherwise. Virtual CPUs may be promised 16 times, as Nova does; memory once,
 * and of its block store what ephemeral disks and swap may take. Disks that servers boot from are
 * clones of images, and count for what they take.
 */
public final class Placement {

  private static final int CPU_OVERCOMMIT = 16;

  /** A transaction that claims for several servers must not meet one that holds its next host. */
  private static final String LOCK = "placement";

  /**
   * With how many servers of a group are on the host, what else is wanted of it, and what comes
   * before room. What nobody asks for is left out, so that the database plans each form once.
   */
  private static final String CLAIM =
      """
      UPDATE compute_claim
         SET vcpus = vcpus + :vcpus, ram_mib = ram_mib + :ram, further_mib = further_mib + :further
       WHERE host = (
         SELECT c.host
           FROM compute_claim c
           JOIN host h ON h.service = 'compute-agent' AND h.name = c.host
           JOIN host b ON b.service = 'blockstore' AND b.name = c.host
           JOIN host n ON n.service = 'netagent' AND n.name = c.host
           %s
          WHERE h.connected_to IS NOT NULL AND b.connected_to IS NOT NULL AND n.connected_to IS NOT NULL
            AND NOT h.disabled AND NOT h.forced_down
            AND c.vcpus + :vcpus <= h.vcpus * :overcommit AND c.free_mib >= :ram
            %s
          ORDER BY %s c.free_mib DESC, c.host
          LIMIT 1
            FOR UPDATE OF c)
      RETURNING host, (SELECT coalesce(min(a.zone), 'nova')
                         FROM aggregate_host ah JOIN aggregate a ON a.id = ah.aggregate_id
                        WHERE ah.host = compute_claim.host) AS zone
      """;

  private static final String OF_GROUP =
      """
      CROSS JOIN LATERAL (SELECT count(*) AS here FROM server s
                           WHERE s.group_id = :group AND s.host = c.host
                             AND s.id IS DISTINCT FROM CAST(:leaving AS uuid)) g
      """;

  private static final String HAS_DISK = " AND c.further_mib + :further <= b.disk_bytes >> 20";
  private static final String IS_HOST = " AND c.host = :host";
  private static final String IS_OTHER = " AND c.host <> :from";

  private static final String IN_ZONE =
      """
       AND :zone = (SELECT coalesce(min(a.zone), 'nova')
                      FROM aggregate_host ah JOIN aggregate a ON a.id = ah.aggregate_id
                     WHERE ah.host = c.host)
      """;

  private static final String TOGETHER =
      """
       AND (g.here > 0 OR NOT EXISTS (
             SELECT FROM server s WHERE s.group_id = :group AND s.host <> ''
                                    AND s.id IS DISTINCT FROM CAST(:leaving AS uuid)))
      """;

  private static final String APART = " AND g.here < :most";

  private static final String GROW =
      """
      UPDATE compute_claim c
         SET vcpus = c.vcpus + :vcpus, ram_mib = c.ram_mib + :ram, further_mib = c.further_mib + :further
        FROM host h
       WHERE c.host = :host AND h.service = 'compute-agent' AND h.name = c.host
         AND c.vcpus + :vcpus <= h.vcpus * :overcommit AND c.free_mib >= :ram
         AND (:further = 0 OR c.further_mib + :further <= (
           SELECT b.disk_bytes >> 20 FROM host b WHERE b.service = 'blockstore' AND b.name = c.host))
      """;

  private static final String RELEASE =
      """
      UPDATE compute_claim
         SET vcpus = greatest(0, vcpus - :vcpus), ram_mib = greatest(0, ram_mib - :ram),
             further_mib = greatest(0, further_mib - :further)
       WHERE host = :host
      """;

  /**
   * Where a server shall be.
   *
   * @param host the only one that it may be
   * @param zone the availability zone that it shall be in
   * @param group whose other servers it is to be with, or not
   * @param leaving that it is a server which is there and goes elsewhere
   */
  public record Wanted(
      Optional<String> host,
      Optional<String> zone,
      Optional<ServerGroup> group,
      Optional<Leaving> leaving) {}

  /**
   * A server that goes elsewhere.
   *
   * @param host the one that it leaves; empty if it may stay
   */
  public record Leaving(UUID serverId, String host) {}

  /** A host that has been claimed, and its availability zone. */
  public record Claimed(String host, String zone) {}

  /**
   * The host that was claimed; empty if none can take a server of the size.
   *
   * <p>Bad request if no host is called as the wanted one.
   */
  public Mono<Claimed> claim(Transaction transaction, Server.Size size, Wanted wanted) {
    return lock(transaction)
        .then(Mono.justOrEmpty(wanted.host()).flatMap(name -> requireKnown(transaction, name)))
        .then(
            transaction
                .sql(claim(size, wanted))
                .bind("vcpus", size.vcpus())
                .bind("ram", (long) size.ramMib())
                .bind("further", size.furtherMib())
                .bind("overcommit", CPU_OVERCOMMIT)
                .bind("host", wanted.host().orElse(""))
                .bind("zone", wanted.zone().orElse(""))
                .bind("group", wanted.group().map(ServerGroup::id), UUID.class)
                .bind("leaving", wanted.leaving().map(Leaving::serverId), UUID.class)
                .bind("from", wanted.leaving().map(Leaving::host).orElse(""))
                .bind("most", wanted.group().map(ServerGroup::maxPerHost).orElse(1))
                .one(row -> new Claimed(row.text("host"), row.text("zone"))));
  }

  /** Claims more of a host for a server that is there; whether it has room. */
  public Mono<Boolean> grow(Transaction transaction, String host, Server.Size more) {
    return lock(transaction)
        .then(
            transaction
                .sql(GROW)
                .bind("host", host)
                .bind("vcpus", more.vcpus())
                .bind("ram", (long) more.ramMib())
                .bind("further", more.furtherMib())
                .bind("overcommit", CPU_OVERCOMMIT)
                .execute())
        .map(rows -> rows == 1);
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
                .bind("further", size.furtherMib())
                .execute())
        .then();
  }

  /** Likewise of several hosts. */
  public Mono<Void> release(Transaction transaction, Map<String, Server.Size> claims) {
    return Flux.fromIterable(claims.entrySet())
        .concatMap(claim -> release(transaction, claim.getKey(), claim.getValue()))
        .then();
  }

  private static String claim(Server.Size size, Wanted wanted) {
    String policy = wanted.group().map(ServerGroup::policy).orElse("");
    StringBuilder conditions = new StringBuilder();
    conditions.append(size.furtherMib() > 0 ? HAS_DISK : "");
    conditions.append(wanted.host().isPresent() ? IS_HOST : "");
    conditions.append(wanted.zone().isPresent() ? IN_ZONE : "");
    conditions.append(wanted.leaving().isPresent() ? IS_OTHER : "");
    conditions.append(
        switch (policy) {
          case "affinity" -> TOGETHER;
          case "anti-affinity" -> APART;
          default -> "";
        });
    String before =
        switch (policy) {
          case "soft-affinity" -> "g.here DESC,";
          case "soft-anti-affinity" -> "g.here,";
          default -> "";
        };
    return CLAIM.formatted(policy.isEmpty() ? "" : OF_GROUP, conditions, before);
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

  /**
   * Keeps others from placing servers until the transaction ends: for what decides by the servers
   * of a host.
   */
  public Mono<Void> lock(Transaction transaction) {
    return transaction.lock(LOCK);
  }
}
