package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.ListQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * By what a kind of cinder's lists is filtered and sorted: each filter and sort key is a condition
 * or an expression of the database.
 *
 * @param known by the name of the parameter
 * @param sortKeys expressions of {@link io.virga.control.tenancy.ListOrder}, by the keys
 */
record Filters(Map<String, Filter> known, Map<String, String> sortKeys) {

  /** Since then a filter that there is not is refused. */
  private static final int CHECKED = 31;

  /** Since then {@code name~} asks for what contains a text. */
  private static final int CONTAINING = 34;

  private static final Set<String> OTHERS =
      Set.of(
          "limit", "marker", "offset", "sort", "sort_key", "sort_dir", "all_tenants", "with_count");

  /** One filter. */
  @FunctionalInterface
  interface Filter {

    /** The condition for a value, which the client has given. */
    String sql(Asked asked);

    /** The same, from a version of the API on. */
    default Filter from(int version) {
      return asked -> asked.version().isFrom(version) ? sql(asked) : asked.unknown();
    }
  }

  /** What a client asks of one filter, and the parameters of the whole query. */
  record Asked(Microversion version, String name, String value, Map<String, Object> values) {

    /** Makes the value a parameter; its name in the condition. */
    String bind(Object value) {
      String parameter = "filter" + values.size();
      values.put(parameter, value);
      return ":" + parameter;
    }

    /** There is no such filter in this version. */
    String unknown() {
      if (version.isFrom(CHECKED)) {
        throw ApiFault.badRequest("Invalid filters %s are found in query options.".formatted(name));
      }
      return "true";
    }

    ApiFault refused(String accepted) {
      return ApiFault.badRequest("%s: '%s' is not %s".formatted(name, value, accepted));
    }
  }

  /** Is the value of the expression. */
  static Filter equal(String expression) {
    return asked -> expression + " = " + asked.bind(asked.value());
  }

  /** Contains the text. */
  static Filter containing(String expression) {
    Filter contains =
        asked -> "position(%s IN %s) > 0".formatted(asked.bind(asked.value()), expression);
    return contains.from(CONTAINING);
  }

  /** What the request asks for; refuses what there is not. */
  ListQuery query(ApiRequest request) {
    Microversion version = Microversion.of(request.raw());
    List<String> conditions = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    for (String name : request.queryNames()) {
      if (!OTHERS.contains(name)) {
        Filter filter = known.getOrDefault(name, Asked::unknown);
        for (String value : request.queries(name)) {
          conditions.add(filter.sql(new Asked(version, name, value, values)));
        }
      }
    }
    return new ListQuery(conditions, values, SortKeys.of(request, sortKeys));
  }
}
