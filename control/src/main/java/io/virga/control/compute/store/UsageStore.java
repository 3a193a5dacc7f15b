package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Usage;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What servers have used, for a little more than a year after they are gone. */
public final class UsageStore {

  private static final String CLOSE =
      """
      INSERT INTO server_usage (server_id, project_id, name, flavor_name, vcpus, ram_mib, disk_gib, started_at,
                                ended_at)
      SELECT id, project_id, name, flavor_name, vcpus, ram_mib, disk_gib, launched_at, now()
        FROM server WHERE id = :id AND launched_at IS NOT NULL
      ON CONFLICT DO NOTHING
      """;

  private static final String OLD =
      "DELETE FROM server_usage WHERE ended_at < now() - interval '400 days'";

  private static final String BETWEEN =
      """
      SELECT * FROM (
        SELECT server_id, project_id, name, flavor_name, vcpus, ram_mib, disk_gib, started_at, ended_at
          FROM server_usage
        UNION ALL
        SELECT id, project_id, name, flavor_name, vcpus, ram_mib, disk_gib, launched_at, NULL
          FROM server WHERE launched_at IS NOT NULL) u
       WHERE u.started_at < :to AND (u.ended_at IS NULL OR u.ended_at > :from)
      """;
  private static final String OF_PROJECT = " AND u.project_id = :project";
  private static final String ORDER = " ORDER BY u.project_id, u.started_at, u.server_id";

  /** The server ends. */
  public Mono<Void> close(Transaction transaction, Server server) {
    return transaction
        .sql(CLOSE)
        .bind("id", server.id())
        .execute()
        .then(transaction.sql(OLD).execute())
        .then();
  }

  /** Of servers that were there between two times; by project. */
  public Flux<Usage> between(Session session, Instant from, Instant to, Optional<String> project) {
    Statement statement =
        session
            .sql(BETWEEN + (project.isPresent() ? OF_PROJECT : "") + ORDER)
            .bind("from", from)
            .bind("to", to);
    return project
        .map(id -> statement.bind("project", id))
        .orElse(statement)
        .all(UsageStore::usage);
  }

  private static Usage usage(Row row) {
    return new Usage(
        row.uuid("server_id"),
        row.text("project_id"),
        row.text("name"),
        new Usage.Size(
            row.text("flavor_name"),
            row.integer("vcpus"),
            row.integer("ram_mib"),
            row.integer("disk_gib")),
        row.time("started_at"),
        row.optionalTime("ended_at"));
  }
}
