package io.virga.control.watch;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the outbox. What a horizon is and why it is right: {@link DesiredStates}. */
final class ChangeLog {

  /** Asked for once: each time it is, the running transactions are sorted. */
  private static final String HORIZON =
      """
      WITH h AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon)
      """;

  private static final String STATE =
      HORIZON
          + """
          SELECT c.id::text AS cluster, c.pruned_to, h.horizon,
                 EXISTS (SELECT 1 FROM desired_state WHERE revision >= h.horizon) AS held_back
            FROM watch_cluster c, h
          """;

  private static final String CHANGES =
      """
      SELECT s.*, d.*
        FROM (%s) AS s
        LEFT JOIN LATERAL (
          SELECT kind, id, host, revision, spec::text AS spec FROM desired_state
           WHERE revision >= :from AND revision < s.horizon
           ORDER BY revision FETCH FIRST :limit ROWS WITH TIES) AS d ON true
       ORDER BY d.revision
      """
          .formatted(STATE);

  private static final String OF_HOST =
      HORIZON
          + """
          SELECT h.horizon, d.kind, d.id, d.host, d.revision, d.spec::text AS spec
            FROM h
            LEFT JOIN desired_state d
              ON d.host IN (:host, '*') AND d.kind = ANY (:kinds) AND d.revision >= :from
                 AND CASE WHEN :changes THEN d.revision < h.horizon ELSE NOT d.deleted END
           ORDER BY d.revision
          """;

  private static final String PRUNE =
      """
      WITH gone AS (
        DELETE FROM desired_state
         WHERE deleted AND changed_at < now() - make_interval(secs => :age)
         RETURNING revision)
      UPDATE watch_cluster SET pruned_to = greatest(pruned_to, (SELECT max(revision) FROM gone))
       WHERE EXISTS (SELECT 1 FROM gone)
      """;

  private final Database database;

  ChangeLog(Database database) {
    this.database = database;
  }

  /**
   * Where the log stands.
   *
   * @param horizon every revision below it is complete
   * @param heldBack whether there are rows at or above the horizon, to be looked for soon
   */
  record State(String cluster, long prunedTo, long horizon, boolean heldBack) {}

  /** Where the log stands, and changes below its horizon, oldest first. */
  record Part(State state, List<Change> changes) {}

  /** A row of a host's list, or of the changes since; every item carries the list's own horizon. */
  record Listed(long horizon, Optional<Change> change) {}

  Mono<State> state() {
    return database.sql(STATE).one(ChangeLog::state);
  }

  private static State state(Row row) {
    return new State(
        row.text("cluster"), row.number("pruned_to"), row.number("horizon"), row.flag("held_back"));
  }

  /**
   * What is complete behind the revision, itself included: at least {@code limit} changes if there
   * are so many, never a part of one revision.
   */
  Mono<Part> changes(long from, int limit) {
    return database
        .sql(CHANGES)
        .bind("from", from)
        .bind("limit", limit)
        .all(
            row ->
                new Part(
                    state(row), row.optionalText("id").stream().map(id -> change(row)).toList()))
        .collectList()
        .map(
            rows ->
                new Part(
                    rows.getFirst().state(),
                    rows.stream().flatMap(row -> row.changes().stream()).toList()));
  }

  /**
   * All that the host is told of these kinds now; at least one item, be it without a change. A row
   * that is newer than the horizon belongs to the list all the same, since its older version is
   * gone; it gets a revision below the horizon, so that nobody resumes behind what is not complete.
   */
  Flux<Listed> list(String host, List<String> kinds) {
    return ofHost(host, kinds, 0, false);
  }

  /** What has become different for the host since the revision, itself included, oldest first. */
  Flux<Listed> since(String host, List<String> kinds, long revision) {
    return ofHost(host, kinds, revision, true);
  }

  private Flux<Listed> ofHost(String host, List<String> kinds, long from, boolean changes) {
    return database
        .sql(OF_HOST)
        .bind("host", host)
        .bind("kinds", kinds.toArray(String[]::new))
        .bind("from", from)
        .bind("changes", changes)
        .all(
            row -> {
              long horizon = row.number("horizon");
              return new Listed(
                  horizon, row.optionalText("id").map(id -> change(row).below(horizon)));
            });
  }

  /** Forgets tombstones of at least this age. */
  Mono<Void> prune(Duration age) {
    return database.sql(PRUNE).bind("age", (double) age.toSeconds()).execute().then();
  }

  private static Change change(Row row) {
    return new Change(
        row.text("kind"),
        row.text("id"),
        row.text("host"),
        row.number("revision"),
        row.optionalText("spec"));
  }
}
