package io.virga.control.volume.store;

import io.virga.control.database.Session;
import reactor.core.publisher.Mono;

/**
 * Where a new volume goes: the connected blockstore with the most free space. Volumes are thin, so
 * a host may promise more than it has, as far as cinder's default goes.
 */
public final class VolumePlacement {

  private static final int MAX_PROMISED = 20;

  private static final String CHOOSE =
      """
      SELECT h.name
        FROM host h
       WHERE h.service = 'blockstore' AND h.connected_to IS NOT NULL AND NOT h.disabled
         AND h.disk_bytes > h.disk_used_bytes
         AND :size + (SELECT coalesce(sum(v.size_bytes), 0) FROM volume v WHERE v.host = h.name)
             <= h.disk_bytes * :promised
       ORDER BY h.disk_bytes - h.disk_used_bytes DESC, h.name
       LIMIT 1
      """;

  /** The host's name; empty if none can take a volume of the size. */
  public Mono<String> host(Session session, long sizeBytes) {
    return session
        .sql(CHOOSE)
        .bind("size", sizeBytes)
        .bind("promised", MAX_PROMISED)
        .one(row -> row.text("name"));
  }
}
