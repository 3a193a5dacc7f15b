package io.virga.benchmarks.store;

import static io.virga.benchmarks.load.RequestTemplate.NUMBER;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.load.RequestTemplate;
import java.util.Map;
import java.util.Optional;

/**
 * How a store is spoken to.
 *
 * @param root the path before a container's name, with a slash at the end
 * @param headers of every request
 * @param listing the query of a listing of 1,000 names after the one with a number; nothing if the
 *     store cannot list
 */
public record Dialect(String root, Map<String, String> headers, Optional<String> listing) {

  private static final String OBJECT = "/o" + NUMBER;

  public Dialect {
    headers = Map.copyOf(headers);
  }

  /** Swift's API with a token. */
  static Dialect swift(String accountPath, String host, String token) {
    return new Dialect(
        accountPath + "/",
        Map.of("Host", host, "X-Auth-Token", token),
        Optional.of("?format=json&limit=1000&marker=o" + NUMBER));
  }

  /** S3 without signatures. */
  static Dialect anonymousS3(String host) {
    return new Dialect(
        "/",
        Map.of("Host", host),
        Optional.of("?list-type=2&max-keys=1000&start-after=o" + NUMBER));
  }

  /** Files below a directory: nothing but objects. */
  static Dialect files(String host) {
    return new Dialect("/", Map.of("Host", host), Optional.empty());
  }

  public RequestTemplate makeContainer(String container) {
    return RequestTemplate.of("PUT", root + container, headers);
  }

  public RequestTemplate put(String container, ByteBuf body) {
    return RequestTemplate.of("PUT", root + container + OBJECT, headers, body);
  }

  public RequestTemplate get(String container) {
    return RequestTemplate.of("GET", root + container + OBJECT, headers);
  }

  public RequestTemplate delete(String container) {
    return RequestTemplate.of("DELETE", root + container + OBJECT, headers);
  }

  /** A page of a container; the query is Swift's or S3's own. */
  public RequestTemplate list(String container, String query) {
    return RequestTemplate.of("GET", root + container + query, headers);
  }
}
