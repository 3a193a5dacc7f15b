package io.virga.control.tenancy;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How the rows of one table are found by those who may see them. */
public final class OwnedRows<T> {

  private final String thing;
  private final Query query;
  private final Function<Row, T> read;

  /**
   * @param thing what one is called when there is none, for example {@code Volume}
   */
  public OwnedRows(String thing, Query query, Function<Row, T> read) {
    this.thing = thing;
    this.query = query;
    this.read = read;
  }

  /**
   * @param select everything, from the table under the alias
   * @param visible the condition under which a viewer sees a row, of {@code :project} and {@code
   *     :everything}
   */
  public record Query(String alias, String select, String visible) {}

  /** What the table is called in the query. */
  public String alias() {
    return query.alias();
  }

  /** What one is called when there is none. */
  public String thing() {
    return thing;
  }

  /**
   * Which of the rows that a viewer sees.
   *
   * @param conditions over the query's columns; all must be true
   * @param bindings the values of their parameters
   * @param offset how many are passed over
   */
  public record Selection(
      List<String> conditions,
      Map<String, Object> bindings,
      String orderBy,
      int offset,
      int limit) {

    public Selection(
        List<String> conditions, Map<String, Object> bindings, String orderBy, int limit) {
      this(conditions, bindings, orderBy, 0, limit);
    }
  }

  /** The rows of the selection, each with what else is read of it. */
  public <R> Flux<R> select(
      Session session, Viewer viewer, Selection selection, BiFunction<T, Row, R> alongside) {
    String page =
        " ORDER BY %s OFFSET %d LIMIT %d"
            .formatted(selection.orderBy(), selection.offset(), selection.limit());
    Statement statement = viewer.bind(session.sql(seen(selection.conditions()) + page));
    return bound(statement, selection.bindings()).all(row -> alongside.apply(read.apply(row), row));
  }

  /**
   * A statement over all rows that the query finds.
   *
   * @param sql {@code %s} stands for them, under the alias {@code found}
   */
  Statement over(Session session, Viewer viewer, ListQuery query, String sql) {
    String found = "(" + seen(query.conditions()) + ") AS found";
    return bound(viewer.bind(session.sql(sql.formatted(found))), query.values());
  }

  private static Statement bound(Statement statement, Map<String, Object> values) {
    Statement bound = statement;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      bound = bound.bind(value.getKey(), value.getValue());
    }
    return bound;
  }

  private String seen(List<String> conditions) {
    StringBuilder sql = new StringBuilder(seen());
    conditions.forEach(condition -> sql.append(" AND ").append(condition));
    return sql.toString();
  }

  /** Newest first. */
  public Flux<T> list(Session session, Viewer viewer) {
    String order = " ORDER BY %1$s.created_at DESC, %1$s.id".formatted(query.alias());
    return viewer.bind(session.sql(seen() + order)).all(read);
  }

  public Mono<T> find(Session session, Viewer viewer, UUID id) {
    return find(session, viewer, id, "");
  }

  /** Finds one and keeps it from being removed until the transaction ends. */
  public Mono<T> hold(Session session, Viewer viewer, UUID id) {
    return find(session, viewer, id, " FOR SHARE OF " + query.alias());
  }

  /** Finds one and keeps others from changing it. */
  public Mono<T> lock(Transaction transaction, Viewer viewer, UUID id) {
    return find(transaction, viewer, id, " FOR UPDATE OF " + query.alias());
  }

  /** Likewise, one of a host, whoever sees it; empty if there is none. */
  public Mono<T> lockOfHost(Transaction transaction, String host, UUID id) {
    String ofHost =
        " WHERE %1$s.host = :host AND %1$s.id = :id FOR UPDATE OF %1$s".formatted(query.alias());
    return transaction.sql(query.select() + ofHost).bind("host", host).bind("id", id).one(read);
  }

  private Mono<T> find(Session session, Viewer viewer, UUID id, String lock) {
    return viewer
        .bind(session.sql(seen() + " AND " + query.alias() + ".id = :id" + lock))
        .bind("id", id)
        .one(read)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(thing, id.toString())));
  }

  private String seen() {
    return query.select() + " WHERE " + query.visible();
  }
}
