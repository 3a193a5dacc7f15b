package io.virga.objectstore.s3.cors;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One rule of a CORS configuration.
 *
 * @param origins patterns with at most one star
 * @param headers patterns with at most one star, without regard to case
 */
record CorsRule(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    Optional<Integer> maxAgeSeconds) {

  boolean allows(String origin, String method) {
    return origins.stream().anyMatch(pattern -> matches(pattern, origin))
        && methods.contains(method);
  }

  boolean allowsHeaders(List<String> asked) {
    return asked.stream()
        .allMatch(
            header -> headers.stream().anyMatch(pattern -> matches(lower(pattern), lower(header))));
  }

  boolean isForAllOrigins() {
    return origins.contains("*");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean matches(String pattern, String text) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(text);
    }
    String before = pattern.substring(0, star);
    String after = pattern.substring(star + 1);
    return text.length() >= before.length() + after.length()
        && text.startsWith(before)
        && text.endsWith(after);
  }
}
