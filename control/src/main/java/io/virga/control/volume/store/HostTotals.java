package io.virga.control.volume.store;

import io.virga.control.database.Session;
import reactor.core.publisher.Flux;

/** What the volumes of hosts come to, project by project. */
public final class HostTotals {

  private static final String OF_HOST =
      """
      SELECT project_id, sum(volumes) AS volumes, sum(volume_bytes) AS volume_bytes,
             sum(snapshots) AS snapshots, sum(snapshot_bytes) AS snapshot_bytes
        FROM (SELECT project_id, 1 AS volumes, size_bytes AS volume_bytes, 0 AS snapshots, 0 AS snapshot_bytes
                FROM volume WHERE host = :host AND presence = 'PRESENT' AND NOT root
              UNION ALL
              SELECT project_id, 0, 0, 1, size_bytes
                FROM volume_snapshot WHERE host = :host AND presence = 'PRESENT') AS things
       GROUP BY project_id ORDER BY project_id
      """;

  /** The volumes and snapshots of one project on one host. */
  public record Total(
      String projectId, long volumes, long volumeBytes, long snapshots, long snapshotBytes) {

    /** Both together, as those of the project of this one. */
    public Total plus(Total other) {
      return new Total(
          projectId,
          volumes + other.volumes,
          volumeBytes + other.volumeBytes,
          snapshots + other.snapshots,
          snapshotBytes + other.snapshotBytes);
    }
  }

  /** By project; none for a host that has none. */
  public Flux<Total> of(Session session, String host) {
    return session
        .sql(OF_HOST)
        .bind("host", host)
        .all(
            row ->
                new Total(
                    row.text("project_id"),
                    row.number("volumes"),
                    row.number("volume_bytes"),
                    row.number("snapshots"),
                    row.number("snapshot_bytes")));
  }
}
