package io.virga.objectstore.s3;

import io.virga.objectstore.http.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The domains whose subdomains are buckets.
 *
 * @param domains in lower case
 */
public record VirtualHosts(List<String> domains) {

  public VirtualHosts {
    domains = List.copyOf(domains);
  }

  /** The bucket that the request's host names. */
  Optional<String> bucket(Request request) {
    if (domains.isEmpty()) {
      return Optional.empty();
    }
    String host = request.header("host").orElse("").toLowerCase(Locale.ROOT);
    int port = host.lastIndexOf(':');
    String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
    return domains.stream()
        .filter(domain -> name.endsWith("." + domain))
        .map(domain -> name.substring(0, name.length() - domain.length() - 1))
        .filter(bucket -> !bucket.isEmpty())
        .findFirst();
  }
}
