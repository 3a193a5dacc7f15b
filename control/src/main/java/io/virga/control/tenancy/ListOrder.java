package io.virga.control.tenancy;

import java.util.List;

/**
 * What a list is sorted by.
 *
 * @param expression over a table's alias, for which {@code %1$s} stands; never NULL
 */
public record ListOrder(String expression, boolean ascending) {

  static final List<ListOrder> LAST = List.of(new ListOrder("%1$s.id", false));
  static final List<ListOrder> NEWEST =
      List.of(new ListOrder("%1$s.created_at", false), LAST.getFirst());

  String of(String alias) {
    return expression.formatted(alias);
  }

  String sql(String alias) {
    return of(alias) + (ascending ? " ASC" : " DESC");
  }

  /** Which side of another's value is behind it. */
  String behind() {
    return ascending ? " > " : " < ";
  }

  String behindOrEqual() {
    return ascending ? " >= " : " <= ";
  }
}
