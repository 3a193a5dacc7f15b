package io.virga.control.tenancy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a list is asked for.
 *
 * @param conditions over the alias of the rows; all must be true
 * @param values those of the conditions' parameters
 * @param order the newest first if it is empty
 */
public record ListQuery(
    List<String> conditions, Map<String, Object> values, List<ListOrder> order) {

  public ListQuery {
    conditions = List.copyOf(conditions);
    values = Map.copyOf(values);
    order = List.copyOf(order);
  }

  /** The same, where this is true as well. */
  public ListQuery and(String condition) {
    List<String> more = new ArrayList<>(conditions);
    more.add(condition);
    return new ListQuery(more, values, order);
  }

  /** Likewise, of a parameter. */
  public ListQuery and(String condition, String name, Object value) {
    Map<String, Object> others = new HashMap<>(values);
    others.put(name, value);
    return new ListQuery(conditions, others, order).and(condition);
  }
}
