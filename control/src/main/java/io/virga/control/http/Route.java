package io.virga.control.http;

import io.virga.control.policy.Rule;
import org.springframework.http.HttpMethod;

/**
 * One line of a service's table.
 *
 * @param pattern below the service's prefix, {@code /v3/projects/{id}}; a last segment {@code
 *     {*rest}} takes all that is left
 */
public record Route(HttpMethod method, String pattern, Rule rule, Handler handler) {

  public static Route get(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.GET, pattern, rule, handler);
  }

  public static Route head(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.HEAD, pattern, rule, handler);
  }

  public static Route post(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.POST, pattern, rule, handler);
  }

  public static Route put(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.PUT, pattern, rule, handler);
  }

  public static Route patch(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.PATCH, pattern, rule, handler);
  }

  public static Route delete(String pattern, Rule rule, Handler handler) {
    return new Route(HttpMethod.DELETE, pattern, rule, handler);
  }
}
