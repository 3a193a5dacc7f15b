package io.virga.control.volume.store;

import io.virga.control.database.Session;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What the volumes of a list come to. */
public final class VolumeSummaries {

  private static final String TOTAL =
      """
      SELECT count(*) AS volumes,
             coalesce(sum((found.size_bytes + 1073741823) / 1073741824), 0)::bigint AS gibibytes
        FROM %s
      """;

  private static final String METADATA =
      """
      SELECT item.key AS name, array_agg(DISTINCT item.value ORDER BY item.value) AS contents
        FROM %s, jsonb_each_text(found.metadata) AS item
       GROUP BY item.key ORDER BY item.key
      """;

  /** How many there are, and their sizes together. */
  public record Total(long volumes, long gibibytes) {}

  public Mono<Total> total(Session session, Viewer viewer, ListQuery query) {
    return VolumeStore.LISTS
        .over(
            session,
            viewer,
            query,
            TOTAL,
            row -> new Total(row.number("volumes"), row.number("gibibytes")))
        .next();
  }

  /** All values of each of their metadata's keys. */
  public Mono<Map<String, List<String>>> metadata(Session session, Viewer viewer, ListQuery query) {
    return VolumeStore.LISTS
        .over(
            session,
            viewer,
            query,
            METADATA,
            row -> Map.entry(row.text("name"), row.texts("contents")))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }
}
