package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.ServerAction;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The log of what was done to servers. A line ends when the host has brought the generation about
 * that it came with, or says that it cannot. The newest {@value #MOST_LINES} of a server are kept,
 * and outlive it by a month.
 */
public final class ActionLog {

  private static final int MOST_LINES = 1000;

  private static final String INSERT =
      """
      WITH forgotten AS (
        DELETE FROM server_action
         WHERE server_id = :server AND finished_at IS NOT NULL
           AND request_id IN (SELECT request_id FROM server_action WHERE server_id = :server
                               ORDER BY started_at DESC, request_id OFFSET :most))
      INSERT INTO server_action (server_id, request_id, action, event, user_id, project_id, host, generation,
                                 finished_at, result)
      VALUES (:server, :request, :action, :event, :user, :project, :host, :generation,
              CASE WHEN :done THEN clock_timestamp() END, CASE WHEN :done THEN 'Success' END)
      ON CONFLICT DO NOTHING
      """;

  private static final String FINISH =
      """
      UPDATE server_action SET finished_at = clock_timestamp(), updated_at = clock_timestamp(), result = :result
       WHERE server_id = :server AND finished_at IS NULL AND generation <= :generation
      """;

  private static final String END =
      """
      UPDATE server_action
         SET gone_at = now(),
             updated_at = CASE WHEN finished_at IS NULL THEN clock_timestamp() ELSE updated_at END,
             result = coalesce(result, CASE WHEN action = 'delete' THEN 'Success' ELSE 'Error' END),
             finished_at = coalesce(finished_at, clock_timestamp())
       WHERE server_id = :server
      """;

  private static final String OLD =
      "DELETE FROM server_action WHERE gone_at < now() - interval '30 days'";

  private static final String SELECT =
      """
      SELECT * FROM server_action
       WHERE server_id = :server AND (:everything OR project_id = :project)
      """;

  /** Which of the actions of a server a list shows. */
  public record Selection(Optional<Instant> changedSince, Optional<Instant> changedBefore) {

    public static final Selection ALL = new Selection(Optional.empty(), Optional.empty());
  }

  /** What somebody does. */
  public record Entry(String requestId, String action, String event, String userId) {}

  /**
   * Begins a line.
   *
   * @param done whether no host has anything to do for it
   */
  public Mono<Void> begin(Transaction transaction, Server server, Entry entry, boolean done) {
    return transaction
        .sql(INSERT)
        .bind("server", server.id())
        .bind("request", entry.requestId())
        .bind("action", entry.action())
        .bind("event", entry.event())
        .bind("user", entry.userId())
        .bind("project", server.projectId())
        .bind("host", server.host())
        .bind("generation", server.desired().generation())
        .bind("done", done)
        .bind("most", MOST_LINES)
        .execute()
        .then();
  }

  /** Ends those that the generation brings about. */
  public Mono<Void> finish(
      Transaction transaction, UUID serverId, long generation, boolean success) {
    return transaction
        .sql(FINISH)
        .bind("server", serverId)
        .bind("generation", generation)
        .bind("result", success ? "Success" : "Error")
        .execute()
        .then();
  }

  /** The server is gone, and what else was under way with it; forgets what is too old of others. */
  public Mono<Void> close(Transaction transaction, UUID serverId) {
    return transaction
        .sql(END)
        .bind("server", serverId)
        .execute()
        .then(transaction.sql(OLD).execute())
        .then();
  }

  /** Newest first; also of a server that is gone. */
  public Flux<ServerAction> list(
      Session session, Viewer viewer, UUID serverId, Selection selection) {
    Statement statement =
        viewer
            .bind(
                session.sql(
                    SELECT
                        + """
                           AND (CAST(:since AS timestamptz) IS NULL OR updated_at >= :since)
                           AND (CAST(:before AS timestamptz) IS NULL OR updated_at <= :before)
                         ORDER BY started_at DESC, request_id
                        """))
            .bind("server", serverId)
            .bind("since", selection.changedSince(), Instant.class)
            .bind("before", selection.changedBefore(), Instant.class);
    return statement.all(ActionLog::action);
  }

  /** That of one request; empty if there is none. */
  public Mono<ServerAction> find(Session session, Viewer viewer, UUID serverId, String requestId) {
    return viewer
        .bind(session.sql(SELECT + " AND request_id = :request"))
        .bind("server", serverId)
        .bind("request", requestId)
        .one(ActionLog::action);
  }

  private static ServerAction action(Row row) {
    return new ServerAction(
        row.uuid("server_id"),
        row.text("request_id"),
        row.text("action"),
        row.text("event"),
        row.text("user_id"),
        row.text("project_id"),
        row.text("host"),
        row.time("started_at"),
        row.time("updated_at"),
        row.optionalTime("finished_at")
            .map(at -> new ServerAction.End(at, row.text("result").equals("Success"))));
  }
}
