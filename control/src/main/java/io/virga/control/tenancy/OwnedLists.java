package io.virga.control.tenancy;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pages of lists of the rows of one table: filtered, sorted, counted and cut by the database, which
 * reads what is shown.
 */
public final class OwnedLists<T> {

  private static final String MARKER = "m";

  private final String table;
  private final OwnedRows<T> rows;

  /**
   * @param table what {@code rows} are of
   */
  public OwnedLists(String table, OwnedRows<T> rows) {
    this.table = table;
    this.rows = rows;
  }

  /** A page. Fails with not found if the viewer sees no such marker. */
  public Flux<T> page(Session session, Viewer viewer, ListQuery query, ListPart part) {
    List<ListOrder> order = new ArrayList<>(query.order());
    order.addAll(order.isEmpty() ? ListOrder.NEWEST : ListOrder.LAST);
    List<String> conditions = new ArrayList<>(query.conditions());
    Map<String, Object> values = new HashMap<>(query.values());
    part.marker()
        .ifPresent(
            marker -> {
              // The first one says nothing new, but an index serves it.
              ListOrder first = order.getFirst();
              conditions.add(compared(first, first.behindOrEqual()));
              conditions.add(behind(order));
              values.put("marker", marker);
            });
    String orderBy =
        order.stream().map(by -> by.sql(rows.alias())).collect(Collectors.joining(", "));
    return Mono.justOrEmpty(part.marker())
        .flatMap(marker -> rows.find(session, viewer, marker))
        .thenMany(
            rows.select(
                session,
                viewer,
                new OwnedRows.Selection(conditions, values, orderBy, part.offset(), part.limit()),
                (item, row) -> item));
  }

  /** How many the query finds, on all pages together. */
  public Mono<Long> count(Session session, Viewer viewer, ListQuery query) {
    return over(session, viewer, query, "SELECT count(*) AS total FROM %s", this::total).next();
  }

  private long total(Row row) {
    return row.number("total");
  }

  /**
   * What else is asked of all that the query finds.
   *
   * @param sql a statement over {@code %s}, which stands for the rows under the alias {@code found}
   */
  public <R> Flux<R> over(
      Session session, Viewer viewer, ListQuery query, String sql, Function<Row, R> read) {
    return rows.over(session, viewer, query, sql).all(read);
  }

  /** What comes after the marker: later by the first expression, or as late and so on. */
  private String behind(List<ListOrder> order) {
    ListOrder first = order.getFirst();
    String later = compared(first, first.behind());
    return order.size() == 1
        ? later
        : "(%s OR %s AND %s)"
            .formatted(later, compared(first, " = "), behind(order.subList(1, order.size())));
  }

  /** With its value in the row that the page begins behind. */
  private String compared(ListOrder order, String how) {
    return "%s%s(SELECT %s FROM %s %s WHERE %s.id = :marker)"
        .formatted(order.of(rows.alias()), how, order.of(MARKER), table, MARKER, MARKER);
  }
}
