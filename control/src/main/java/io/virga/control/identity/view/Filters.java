package io.virga.control.identity.view;

import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rows a list shows, by Keystone's rules: {@code name=a}, for texts also {@code
 * name__contains=a} and its like, and flags, of which only {@code false} and {@code 0} are not set.
 * Used by one thread.
 */
public final class Filters {

  /** {@code %1$s} is the column, {@code %2$s} the value. */
  private static final Map<String, String> COMPARISONS =
      Map.of(
          "equals", "%1$s = %2$s",
          "contains", "position(%2$s IN %1$s) > 0",
          "startswith", "starts_with(%1$s, %2$s)",
          "endswith", "right(%1$s, length(%2$s)) = %2$s");

  private final ApiRequest request;
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  private Filters(ApiRequest request) {
    this.request = request;
  }

  /** Lets everything through. */
  public static Filters of(ApiRequest request) {
    return new Filters(request);
  }

  /** A parameter that is named as its column is. */
  public Filters text(String name) {
    request.query(name).ifPresent(value -> where(name + " = %s", value));
    COMPARISONS.forEach(
        (comparison, sql) -> {
          request
              .query(name + "__" + comparison)
              .ifPresent(value -> where(sql.formatted(name, "%1$s"), value));
          request
              .query(name + "__i" + comparison)
              .ifPresent(
                  value -> where(sql.formatted("lower(" + name + ")", "lower(%1$s)"), value));
        });
    return this;
  }

  /** Likewise, of a column that is true or false. */
  public Filters flag(String name) {
    request.query(name).ifPresent(value -> where(name + " = %s", isSet(value)));
    return this;
  }

  /**
   * A condition of its own.
   *
   * @param sql with {@code %s}, or {@code %1$s} several times, where the value is
   */
  public Filters where(String sql, Object value) {
    String parameter = "filter" + conditions.size();
    conditions.add("(" + sql.formatted(":" + parameter) + ")");
    values.put(parameter, value);
    return this;
  }

  /** Likewise, if there is a value. */
  public Filters where(String sql, Optional<?> value) {
    value.ifPresent(present -> where(sql, present));
    return this;
  }

  /** All of the rows that are let through. */
  public Statement query(Session session, String select) {
    return bind(session, select + condition() + " ORDER BY id");
  }

  /** Likewise, those of the page. */
  public Statement query(Session session, String select, Page page) {
    where("id > %s", page.marker());
    return bind(session, select + condition() + " ORDER BY id LIMIT " + page.fetch());
  }

  private String condition() {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private Statement bind(Session session, String sql) {
    Statement statement = session.sql(sql);
    for (Map.Entry<String, Object> value : values.entrySet()) {
      statement = statement.bind(value.getKey(), value.getValue());
    }
    return statement;
  }

  /** Whether the parameter is there, with anything but {@code false} or {@code 0}. */
  public static boolean isSet(ApiRequest request, String name) {
    return request.hasQuery(name) && request.query(name).map(Filters::isSet).orElse(true);
  }

  private static boolean isSet(String value) {
    return !value.equals("0") && !value.equalsIgnoreCase("false");
  }
}
