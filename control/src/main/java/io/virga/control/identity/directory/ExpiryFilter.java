package io.virga.control.identity.directory;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.identity.view.Filters;
import io.virga.control.identity.view.Times;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code password_expires_at=lt:2027-01-31T12:00:00Z}; several must all hold. */
final class ExpiryFilter {

  private static final String NAME = "password_expires_at";
  private static final int MAX_FILTERS = 8;

  private static final Map<String, String> OPERATORS =
      Map.of("eq", "=", "neq", "<>", "lt", "<", "lte", "<=", "gt", ">", "gte", ">=");

  private ExpiryFilter() {}

  static Filters add(ApiRequest request, Filters filters) {
    List<String> asked = request.queries(NAME);
    if (asked.size() > MAX_FILTERS) {
      throw ApiFault.badRequest(NAME + ": is given more than " + MAX_FILTERS + " times");
    }
    for (String text : asked) {
      int colon = text.indexOf(':');
      String operator = text.substring(0, Math.max(0, colon));
      String sql =
          Optional.ofNullable(OPERATORS.get(operator))
              .orElseThrow(
                  () ->
                      ApiFault.badRequest(
                          "The given operator %s is not valid. It must be one of the following:"
                                  .formatted(operator)
                              + " 'eq', 'neq', 'lt', 'lte', 'gt', or 'gte'."));
      filters.where(NAME + " " + sql + " %s", Times.parse(NAME, text.substring(colon + 1)));
    }
    return filters;
  }
}
