package io.virga.control.identity.catalog;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/**
 * What projects are associated with, one by one.
 *
 * @param name what an association is called; its table is {@code identity_} and that
 * @param column of the table: the id of what the project is associated with
 */
record ProjectAssociation(String name, String column) {

  /**
   * The condition of those projects, in their table, that are associated with the one of a
   * parameter for {@code %s}.
   */
  String projects() {
    return "id IN (SELECT project_id FROM identity_" + name + " WHERE " + column + " = %s)";
  }

  /**
   * The condition of those, in their table, that the project of a parameter for {@code %s} is
   * associated with.
   */
  String ofProject() {
    return "id IN (SELECT " + column + " FROM identity_" + name + " WHERE project_id = %s)";
  }

  /** Whether they are associated. */
  Mono<Boolean> has(Session session, String project, String id) {
    return bind(session.sql("SELECT EXISTS (SELECT" + from() + ") AS has"), project, id)
        .one(row -> row.flag("has"));
  }

  /**
   * Associates them.
   *
   * @param check fails if one of them is not there
   */
  Mono<Void> add(
      Database database, String project, String id, Function<Transaction, Mono<Void>> check) {
    return database
        .inTransaction(
            tx ->
                check
                    .apply(tx)
                    .then(
                        bind(
                                tx.sql(
                                    "INSERT INTO identity_%s (project_id, %s) VALUES (:project, :id)"
                                        .formatted(name, column)),
                                project,
                                id)
                            .execute()))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Conflict occurred attempting to store %s - Duplicate entry.".formatted(name)))
        .then();
  }

  /** Ends it; whether there was one. */
  Mono<Boolean> remove(Session session, String project, String id) {
    return bind(session.sql("DELETE" + from()), project, id).execute().map(removed -> removed > 0);
  }

  private String from() {
    return " FROM identity_%s WHERE project_id = :project AND %s = :id".formatted(name, column);
  }

  private static Statement bind(Statement statement, String project, String id) {
    return statement.bind("project", project).bind("id", id);
  }
}
