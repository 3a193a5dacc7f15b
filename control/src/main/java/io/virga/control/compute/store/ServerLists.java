package io.virga.control.compute.store;

import io.virga.control.compute.model.Server;
import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pages of lists of servers: filtered, sorted and cut by the database, which reads what is shown.
 */
public final class ServerLists {

  private static final OwnedRows<Server> WITHOUT_USER_DATA =
      ServerStore.rows("NULL::text AS public_key, NULL::text AS user_data", ServerStore::server);
  private static final OwnedRows<Named> NAMED =
      new OwnedRows<>(
          ServerStore.THING,
          new OwnedRows.Query("s", "SELECT s.id, s.name FROM server s", ServerStore.VISIBLE),
          row -> new Named(row.uuid("id"), row.text("name")));

  /** What a brief list shows. */
  public record Named(UUID id, String name) {}

  /**
   * What a list is asked for.
   *
   * @param conditions over the alias {@code s}; all must be true
   * @param values those of the conditions' parameters
   * @param order the newest first if it is empty
   */
  public record Query(List<String> conditions, Map<String, Object> values, List<Order> order) {

    public Query {
      conditions = List.copyOf(conditions);
      values = Map.copyOf(values);
      order = List.copyOf(order);
    }

    /** The same, of these servers alone. */
    public Query among(List<UUID> ids) {
      List<String> more = new ArrayList<>(conditions);
      more.add("s.id = ANY(:among)");
      Map<String, Object> others = new HashMap<>(values);
      others.put("among", ids.toArray(UUID[]::new));
      return new Query(more, others, order);
    }
  }

  /**
   * What a list is sorted by.
   *
   * @param expression over a table's alias, for which {@code %1$s} stands; never NULL
   */
  public record Order(String expression, boolean ascending) {

    private static final List<Order> LAST = List.of(new Order("%1$s.id", false));
    private static final List<Order> NEWEST =
        List.of(new Order("%1$s.created_at", false), LAST.getFirst());

    private String of(String alias) {
      return expression.formatted(alias);
    }

    private String sql() {
      return of("s") + (ascending ? " ASC" : " DESC");
    }

    /** Its value in the row that the page begins behind. */
    private String ofMarker() {
      return "(SELECT " + of("m") + " FROM server m WHERE m.id = :marker)";
    }

    private String behind(String orEqual) {
      return of("s") + (ascending ? " >" : " <") + orEqual + " " + ofMarker();
    }
  }

  /**
   * Which part of a list.
   *
   * @param marker the row that it begins behind
   */
  public record Part(Optional<UUID> marker, int limit) {}

  /** Their ids and names. Fails with bad request if there is no such marker. */
  public Flux<Named> names(Session session, Viewer viewer, Query query, Part part) {
    return select(NAMED, session, viewer, query, part);
  }

  /** Whole, but without their keys and user data, of which there may be much. Fails likewise. */
  public Flux<Server> withoutUserData(Session session, Viewer viewer, Query query, Part part) {
    return select(WITHOUT_USER_DATA, session, viewer, query, part);
  }

  /** All there is of them. Fails likewise. */
  public Flux<Server> whole(Session session, Viewer viewer, Query query, Part part) {
    return select(ServerStore.ROWS, session, viewer, query, part);
  }

  private static <T> Flux<T> select(
      OwnedRows<T> rows, Session session, Viewer viewer, Query query, Part part) {
    List<Order> order = new ArrayList<>(query.order());
    order.addAll(order.isEmpty() ? Order.NEWEST : Order.LAST);
    List<String> conditions = new ArrayList<>(query.conditions());
    Map<String, Object> values = new HashMap<>(query.values());
    part.marker()
        .ifPresent(
            marker -> {
              // The first one says nothing new, but an index serves it.
              conditions.add(order.getFirst().behind("="));
              conditions.add(behind(order));
              values.put("marker", marker);
            });
    String orderBy = order.stream().map(Order::sql).collect(Collectors.joining(", "));
    return requireMarker(session, viewer, part)
        .thenMany(
            rows.select(
                session,
                viewer,
                new OwnedRows.Selection(conditions, values, orderBy, part.limit()),
                (item, row) -> item));
  }

  /** What comes after the marker: later by the first expression, or as late and so on. */
  private static String behind(List<Order> order) {
    Order first = order.getFirst();
    return order.size() == 1
        ? first.behind("")
        : "(%s OR %s = %s AND %s)"
            .formatted(
                first.behind(""),
                first.of("s"),
                first.ofMarker(),
                behind(order.subList(1, order.size())));
  }

  private static Mono<Void> requireMarker(Session session, Viewer viewer, Part part) {
    return Mono.justOrEmpty(part.marker())
        .flatMap(
            marker ->
                NAMED
                    .find(session, viewer, marker)
                    .onErrorMap(ApiFault::isNotFound, e -> noMarker(marker.toString())))
        .then();
  }

  /** There is no server of the id. */
  public static ApiFault noMarker(String marker) {
    return ApiFault.badRequest("marker [%s] not found".formatted(marker));
  }
}
