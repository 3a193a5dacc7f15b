package io.virga.control.network.resource;

import java.util.Map;

/**
 * What rows of a list must fulfil.
 *
 * @param sql an expression over the columns of the resource's query
 * @param bindings the values of its parameters
 */
public record Condition(String sql, Map<String, Object> bindings) {

  public Condition {
    bindings = Map.copyOf(bindings);
  }

  static Condition of(String sql, String parameter, Object value) {
    return new Condition(sql, Map.of(parameter, value));
  }
}
