package io.virga.control.compute.store;

import io.virga.control.compute.model.Migration;
import io.virga.control.compute.model.Server;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The log of migrations. A line that has ended is kept for a month. */
public final class MigrationStore {

  private static final String INSERT =
      """
      WITH forgotten AS (
        DELETE FROM server_migration WHERE ended AND updated_at < now() - interval '30 days')
      INSERT INTO server_migration (server_id, project_id, user_id, type, status, source, target,
                                    old_flavor, new_flavor)
      VALUES (:server, :project, :user, :type, 'migrating', :source, :target, :oldFlavor, :newFlavor)
      RETURNING id
      """;

  private static final String CHANGE =
      """
      UPDATE server_migration SET status = :status, ended = :ended, updated_at = clock_timestamp()
       WHERE id = :id AND status <> :status
      """;

  private static final String SELECT =
      """
      SELECT * FROM server_migration
       WHERE (:host = '' OR source = :host OR target = :host)
         AND (:source = '' OR source = :source)
         AND (:status = '' OR status = :status)
         AND (:type = '' OR type = :type)
         AND (:server = '' OR server_id::text = :server)
         AND (CAST(:since AS timestamptz) IS NULL OR updated_at >= :since)
         AND (CAST(:before AS timestamptz) IS NULL OR updated_at <= :before)
       ORDER BY created_at DESC, id DESC
      """;

  /**
   * Which of them a list shows; an empty text is none of the filters.
   *
   * @param host where they begin or end
   */
  public record Selection(
      String host,
      String source,
      String status,
      String type,
      String server,
      Optional<Instant> changedSince,
      Optional<Instant> changedBefore) {}

  /** How a migration begins. */
  public record Begun(String type, String userId, String target, Server.Size after) {}

  /** Begins a line; its id. */
  public Mono<Long> begin(Transaction transaction, Server server, Begun begun) {
    return transaction
        .sql(INSERT)
        .bind("server", server.id())
        .bind("project", server.projectId())
        .bind("user", begun.userId())
        .bind("type", begun.type())
        .bind("source", server.host())
        .bind("target", begun.target())
        .bind("oldFlavor", server.size().flavorId())
        .bind("newFlavor", begun.after().flavorId())
        .one(row -> row.number("id"));
  }

  /**
   * Notes how far it is.
   *
   * @param status Nova's word
   * @param ended whether nothing comes after it
   */
  public Mono<Void> change(Transaction transaction, long id, String status, boolean ended) {
    return transaction
        .sql(CHANGE)
        .bind("id", id)
        .bind("status", status)
        .bind("ended", ended)
        .execute()
        .then();
  }

  /** Newest first. */
  public Flux<Migration> list(Session session, Selection selection) {
    return session
        .sql(SELECT)
        .bind("host", selection.host())
        .bind("source", selection.source())
        .bind("status", selection.status())
        .bind("type", selection.type())
        .bind("server", selection.server())
        .bind("since", selection.changedSince(), Instant.class)
        .bind("before", selection.changedBefore(), Instant.class)
        .all(MigrationStore::migration);
  }

  private static Migration migration(Row row) {
    return new Migration(
        row.number("id"),
        row.uuid("uuid"),
        row.uuid("server_id"),
        row.text("type"),
        row.text("status"),
        row.text("source"),
        row.text("target"),
        row.text("old_flavor"),
        row.text("new_flavor"),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
