package io.virga.control.network.store;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Which address is whose. Whoever takes addresses holds the lock of what hosts are told, so two who
 * ask at the same time get two different ones, and an address that was given back is the next to
 * go.
 */
public final class AddressStore {

  /**
   * The lowest free address is the first of a pool, or of what nothing is known of, or lies right
   * behind one that is taken.
   */
  private static final String TAKE_LOWEST =
      """
      WITH chosen AS (
        SELECT candidate
          FROM (SELECT greatest(p.first_ip, s.free_from) AS candidate
                  FROM allocation_pool p JOIN subnet s ON s.id = p.subnet_id WHERE s.id = :subnet
                UNION ALL
                SELECT a.address + 1
                  FROM port_address a JOIN subnet s ON s.id = a.subnet_id
                 WHERE s.id = :subnet AND (s.free_from IS NULL OR a.address >= s.free_from)) AS candidates
         WHERE EXISTS (SELECT 1 FROM allocation_pool
                        WHERE subnet_id = :subnet AND candidate BETWEEN first_ip AND last_ip)
           AND NOT EXISTS (SELECT 1 FROM port_address WHERE subnet_id = :subnet AND address = candidate)
         ORDER BY candidate
         LIMIT 1),
      taken AS (
        INSERT INTO port_address (subnet_id, address, port_id) SELECT :subnet, candidate, :port FROM chosen
        RETURNING address),
      known AS (UPDATE subnet SET free_from = taken.address + 1 FROM taken WHERE id = :subnet)
      SELECT host(address) AS address FROM taken
      """;

  private static final String TAKE =
      """
      INSERT INTO port_address (subnet_id, address, port_id) VALUES (:subnet, CAST(:address AS inet), :port)
      ON CONFLICT DO NOTHING
      """;

  private static final String TAKE_ALL =
      """
      INSERT INTO port_address (subnet_id, address, port_id)
      SELECT :subnet, CAST(address AS inet), port_id
        FROM unnest(CAST(:ports AS uuid[]), CAST(:addresses AS text[])) AS own (port_id, address)
      """;

  /** Takes the lowest free address for the port; empty if none is left. */
  public Mono<String> takeLowest(Transaction transaction, UUID subnetId, UUID portId) {
    return transaction
        .sql(TAKE_LOWEST)
        .bind("subnet", subnetId)
        .bind("port", portId)
        .one(row -> row.text("address"));
  }

  /** Takes this very address for the port; false if it is in use. */
  public Mono<Boolean> take(Transaction transaction, UUID subnetId, UUID portId, String address) {
    return transaction
        .sql(TAKE)
        .bind("subnet", subnetId)
        .bind("address", address)
        .bind("port", portId)
        .execute()
        .map(rows -> rows == 1);
  }

  /** Takes addresses of a new subnet, each for the port with the id. */
  public Mono<Void> takeAll(Transaction transaction, UUID subnetId, Map<UUID, String> ofPorts) {
    List<Map.Entry<UUID, String>> all = List.copyOf(ofPorts.entrySet());
    return transaction
        .sql(TAKE_ALL)
        .bind("subnet", subnetId)
        .bind("ports", all.stream().map(Map.Entry::getKey).toArray(UUID[]::new))
        .bind("addresses", all.stream().map(Map.Entry::getValue).toArray(String[]::new))
        .execute()
        .then();
  }

  /** Gives back what these ports have of a subnet. */
  public Mono<Void> releaseAll(Transaction transaction, UUID subnetId, List<UUID> ports) {
    return transaction
        .sql("DELETE FROM port_address WHERE subnet_id = :subnet AND port_id = ANY(:ports)")
        .bind("subnet", subnetId)
        .bind("ports", ports.toArray(UUID[]::new))
        .execute()
        .then();
  }

  /** The port that has the address; empty if it is free. */
  public Mono<UUID> holder(Session session, UUID subnetId, String address) {
    return session
        .sql(
            "SELECT port_id FROM port_address"
                + " WHERE subnet_id = :subnet AND address = CAST(:address AS inet)")
        .bind("subnet", subnetId)
        .bind("address", address)
        .one(row -> row.uuid("port_id"));
  }

  /** Gives back all addresses of the port. */
  public Mono<Void> release(Transaction transaction, UUID portId) {
    return transaction
        .sql("DELETE FROM port_address WHERE port_id = :port")
        .bind("port", portId)
        .execute()
        .then();
  }
}
