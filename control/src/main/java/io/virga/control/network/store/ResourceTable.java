package io.virga.control.network.store;

import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.Standard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The table of a resource that has the standard columns and some of its own. */
public final class ResourceTable {

  private final String name;

  public ResourceTable(String name) {
    this.name = name;
  }

  /** Columns with their values, in order. Immutable. */
  public static final class Values {

    private final List<Value> values;

    private Values(List<Value> values) {
      this.values = List.copyOf(values);
    }

    private record Value(String column, String sql, UnaryOperator<Statement> bind) {}

    public static Values of(String column, Object value) {
      return new Values(List.of()).with(column, value);
    }

    public Values with(String column, Object value) {
      return plus(column, ":" + column, statement -> statement.bind(column, value));
    }

    /** A value, or NULL. */
    public <T> Values with(String column, Optional<? extends T> value, Class<T> type) {
      return plus(column, ":" + column, statement -> statement.bind(column, value, type));
    }

    private Values plus(String column, String sql, UnaryOperator<Statement> bind) {
      List<Value> more = new ArrayList<>(values);
      more.add(new Value(column, sql, bind));
      return new Values(more);
    }

    private Statement bindTo(Statement statement) {
      Statement bound = statement;
      for (Value value : values) {
        bound = value.bind().apply(bound);
      }
      return bound;
    }
  }

  public Mono<Void> insert(Transaction transaction, Standard standard, Values values) {
    StringBuilder columns = new StringBuilder("id, project_id, description");
    StringBuilder wanted = new StringBuilder(":id, :project, :description");
    for (Values.Value value : values.values) {
      columns.append(", ").append(value.column());
      wanted.append(", ").append(value.sql());
    }
    return values
        .bindTo(transaction.sql("INSERT INTO %s (%s) VALUES (%s)".formatted(name, columns, wanted)))
        .bind("id", standard.id())
        .bind("project", standard.projectId())
        .bind("description", standard.description())
        .execute()
        .then();
  }

  /** Writes its values, and counts its revision. */
  public Mono<Void> update(Transaction transaction, Standard standard, Values values) {
    StringBuilder wanted = new StringBuilder("description = :description");
    for (Values.Value value : values.values) {
      wanted.append(", ").append(value.column()).append(" = ").append(value.sql());
    }
    return values
        .bindTo(
            transaction.sql(
                "UPDATE %s SET %s, updated_at = now(), revision = revision + 1 WHERE id = :id"
                    .formatted(name, wanted)))
        .bind("id", standard.id())
        .bind("description", standard.description())
        .execute()
        .then();
  }

  /** Counts a change of what hangs on it. */
  public Mono<Void> revise(Transaction transaction, UUID id) {
    return transaction
        .sql(
            "UPDATE %s SET updated_at = now(), revision = revision + 1 WHERE id = :id"
                .formatted(name))
        .bind("id", id)
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM %s WHERE id = :id".formatted(name))
        .bind("id", id)
        .execute()
        .then();
  }
}
