package io.virga.dataplane.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.Set;

/**
 * One kind of request that an application credential may be used for. In the path {@code *} and
 * {@code {name}} stand for one segment, {@code **} for any number of them.
 *
 * @param service the type that the catalog gives the service
 * @param method of HTTP, in capitals
 * @param path below the root of the service
 */
public record AccessRule(
    @JsonProperty("s") String service,
    @JsonProperty("m") String method,
    @JsonProperty("p") String path) {

  public AccessRule {
    Objects.requireNonNull(service);
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
  }

  /**
   * Whether the rule lets the request through.
   *
   * @param serviceTypes all that the service is called
   */
  public boolean permits(Set<String> serviceTypes, String requestMethod, String requestPath) {
    return serviceTypes.contains(service)
        && method.equals(requestMethod)
        && (fits(path, requestPath) || fits(path, trimmed(requestPath)));
  }

  /** A path with a slash at its end is the one without, too. */
  private static String trimmed(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Backtracks only over {@code **}, of which nothing but the last one met is tried again. */
  private static boolean fits(String pattern, String path) {
    int p = 0;
    int at = 0;
    int retryPattern = -1;
    int retryPath = -1;
    while (at < path.length() || p < pattern.length()) {
      if (pattern.startsWith("**", p)) {
        retryPattern = p + 2;
        retryPath = at;
        p += 2;
        continue;
      }
      int wildcard = wildcardLength(pattern, p);
      int segmentEnd = wildcard > 0 ? segmentEnd(path, at) : at;
      if (wildcard > 0 && segmentEnd > at) {
        p += wildcard;
        at = segmentEnd;
      } else if (wildcard == 0
          && p < pattern.length()
          && at < path.length()
          && pattern.charAt(p) == path.charAt(at)) {
        p++;
        at++;
      } else if (retryPattern >= 0 && retryPath < path.length()) {
        retryPath++;
        p = retryPattern;
        at = retryPath;
      } else {
        return false;
      }
    }
    return true;
  }

  /** The length of {@code *} or {@code {name}} there; 0 if there is neither. */
  private static int wildcardLength(String pattern, int p) {
    if (p >= pattern.length()) {
      return 0;
    }
    int close = pattern.charAt(p) == '{' ? pattern.indexOf('}', p) : -1;
    return close > 0 ? close - p + 1 : pattern.charAt(p) == '*' ? 1 : 0;
  }

  private static int segmentEnd(String path, int at) {
    int slash = path.indexOf('/', at);
    return slash < 0 ? path.length() : slash;
  }
}
