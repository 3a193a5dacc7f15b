package io.virga.control.volume.store;

import io.virga.control.database.Session;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where a new volume goes: the connected blockstore with the most free space. Volumes are thin, so
 * a host may promise more than it has, as far as cinder's default goes.
 */
public final class VolumePlacement {

  /** How often a host may promise what it has. */
  public static final int MAX_PROMISED = 20;

  /** In the order of their room, so that promises are added up until the first host will do. */
  private static final String CHOOSE =
      """
      SELECT h.name
        FROM (SELECT name, disk_bytes, disk_bytes - disk_used_bytes AS room FROM host
               WHERE service = 'blockstore' AND connected_to IS NOT NULL AND NOT disabled
                 AND disk_bytes > disk_used_bytes
               ORDER BY room DESC, name OFFSET 0) AS h
       WHERE :size + (SELECT coalesce(sum(v.size_bytes), 0) FROM volume v WHERE v.host = h.name)
             <= h.disk_bytes * :promised
       ORDER BY h.room DESC, h.name
       LIMIT 1
      """;

  private static final String POOLS =
      """
      SELECT h.name, h.disk_bytes, h.disk_used_bytes, h.changed_at,
             h.connected_to IS NOT NULL AND NOT h.forced_down AS up,
             (SELECT coalesce(sum(v.size_bytes), 0) FROM volume v WHERE v.host = h.name)::bigint
               AS promised
        FROM host h WHERE h.service = 'blockstore' ORDER BY h.name
      """;

  /**
   * What a host has for volumes.
   *
   * @param promisedBytes the sizes of all its volumes
   * @param at when it last said something else
   */
  public record Pool(
      String host, boolean up, long bytes, long usedBytes, long promisedBytes, Instant at) {}

  /** Those of all hosts. */
  public Flux<Pool> pools(Session session) {
    return session
        .sql(POOLS)
        .all(
            row ->
                new Pool(
                    row.text("name"),
                    row.flag("up"),
                    row.number("disk_bytes"),
                    row.number("disk_used_bytes"),
                    row.number("promised"),
                    row.time("changed_at")));
  }

  /** The host's name; empty if none can take a volume of the size. */
  public Mono<String> host(Session session, long sizeBytes) {
    return session
        .sql(CHOOSE)
        .bind("size", sizeBytes)
        .bind("promised", MAX_PROMISED)
        .one(row -> row.text("name"));
  }
}
