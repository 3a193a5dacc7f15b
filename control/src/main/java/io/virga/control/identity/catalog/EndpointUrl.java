package io.virga.control.identity.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of an endpoint. What differs from token to token is written {@code %(project_id)s} or
 * {@code $(project_id)s}: the ids of the token's project (also {@code tenant_id}) and user. A per
 * cent sign is written twice.
 */
record EndpointUrl(String text) {

  private static final Pattern PLACE =
      Pattern.compile("[%$]\\((project_id|tenant_id|user_id)\\)s|%%");
  private static final Pattern ABSOLUTE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.+");

  /** Empty if it is no address, or has places that nothing is known for. */
  static Optional<EndpointUrl> parse(String text) {
    String rest = PLACE.matcher(text).replaceAll("");
    boolean good = ABSOLUTE.matcher(text).matches() && !rest.contains("%") && !rest.contains("$(");
    return good ? Optional.of(new EndpointUrl(text)) : Optional.empty();
  }

  /** The address for a token; empty if it needs a project and the token has none. */
  Optional<String> resolve(Optional<String> projectId, String userId) {
    if (text.indexOf('%') < 0 && text.indexOf('$') < 0) {
      return Optional.of(text);
    }
    Map<String, Optional<String>> values =
        Map.of("project_id", projectId, "tenant_id", projectId, "user_id", Optional.of(userId));
    Matcher places = PLACE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (places.find()) {
      Optional<String> value =
          Optional.ofNullable(places.group(1)).map(values::get).orElse(Optional.of("%"));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      places.appendReplacement(resolved, Matcher.quoteReplacement(value.get()));
    }
    return Optional.of(places.appendTail(resolved).toString());
  }
}
