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
   */
  public record Selection(
      List<String> conditions, Map<String, Object> bindings, String orderBy, int limit) {}

  /** The rows of the selection, each with what else is read of it. */
  public <R> Flux<R> select(
      Session session, Viewer viewer, Selection selection, BiFunction<T, Row, R> alongside) {
    StringBuilder sql = new StringBuilder(seen());
    selection.conditions().forEach(condition -> sql.append(" AND ").append(condition));
    sql.append(" ORDER BY ")
        .append(selection.orderBy())
        .append(" LIMIT ")
        .append(selection.limit());
    Statement statement = viewer.bind(session.sql(sql.toString()));
    for (Map.Entry<String, Object> binding : selection.bindings().entrySet()) {
      statement = statement.bind(binding.getKey(), binding.getValue());
    }
    return statement.all(row -> alongside.apply(read.apply(row), row));
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
