package io.virga.control.network.resource;

import java.util.List;

/** How a list is narrowed by an attribute. */
@FunctionalInterface
public interface Filter {

  /**
   * The condition under which a row has one of the values; fails with bad request if they cannot be
   * the attribute's.
   *
   * @param parameter the name of a parameter for it, and the beginning of those of further ones
   */
  Condition of(String parameter, List<String> values);

  /**
   * This filter within a further condition.
   *
   * @param sql with {@code %s} where this condition stands
   */
  default Filter within(String sql) {
    return (parameter, values) -> {
      Condition condition = of(parameter, values);
      return new Condition(sql.formatted(condition.sql()), condition.bindings());
    };
  }
}
