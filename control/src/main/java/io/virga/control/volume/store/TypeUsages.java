package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.quota.Resource;
import io.virga.control.volume.model.OfType;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What projects have of each type of volumes. */
public final class TypeUsages {

  private static final String OF_PROJECT =
      """
      SELECT t.id, t.name, count(own.id) FILTER (WHERE own.volume) AS volumes,
             count(own.id) FILTER (WHERE NOT own.volume) AS snapshots,
             coalesce(sum((own.size_bytes + 1073741823) / 1073741824), 0)::bigint AS gigabytes
        FROM volume_type t
        LEFT JOIN (SELECT v.id, v.type_id, v.size_bytes, true AS volume
                     FROM volume v WHERE v.project_id = :project AND NOT v.root
                   UNION ALL
                   SELECT s.id, v.type_id, s.size_bytes, false
                     FROM volume_snapshot s JOIN volume v ON v.id = s.volume_id
                    WHERE s.project_id = :project) AS own ON own.type_id = t.id
      """;

  private static final String BY_TYPE = " GROUP BY t.id, t.name ORDER BY t.name";

  /** How much of a type there is. */
  public record TypeUsage(UUID typeId, String typeName, Map<Resource, Long> used) {

    /** How much it is of one of {@link OfType#all}. */
    public long of(OfType counted) {
      return used.getOrDefault(counted.resource(), 0L);
    }
  }

  /** Of all types. */
  public Flux<TypeUsage> all(Session session, String project) {
    return session.sql(OF_PROJECT + BY_TYPE).bind("project", project).all(TypeUsages::usage);
  }

  /** Of one. */
  public Mono<TypeUsage> of(Session session, String project, UUID typeId) {
    return session
        .sql(OF_PROJECT + " WHERE t.id = :type" + BY_TYPE)
        .bind("project", project)
        .bind("type", typeId)
        .one(TypeUsages::usage);
  }

  private static TypeUsage usage(Row row) {
    return new TypeUsage(
        row.uuid("id"),
        row.text("name"),
        Map.of(
            Resource.VOLUMES, row.number("volumes"),
            Resource.SNAPSHOTS, row.number("snapshots"),
            Resource.GIGABYTES, row.number("gigabytes")));
  }
}
