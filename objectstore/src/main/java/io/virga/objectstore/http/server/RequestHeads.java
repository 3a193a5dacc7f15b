package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import java.util.Optional;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;

/** Requests from their heads. */
final class RequestHeads {

  private static final Pattern AUTHORITY = Pattern.compile("^[a-zA-Z]+://[^/]*");

  private RequestHeads() {}

  /** The request; empty if its query cannot be decoded. */
  static Optional<Request> read(
      String id, HttpRequest head, Flux<ByteBuf> body, Request.Origin origin) {
    String uri = head.uri();
    int mark = uri.indexOf('?');
    String path = path(mark < 0 ? uri : uri.substring(0, mark));
    String query = mark < 0 ? "" : uri.substring(mark + 1);
    return Query.parse(query)
        .map(
            parsed ->
                new Request(
                    id, head.method().name(), path, query, parsed, head.headers(), body, origin));
  }

  /** The path of what may be a whole address (RFC 9112 §3.2.2). */
  private static String path(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    String path = AUTHORITY.matcher(target).replaceFirst("");
    return path.isEmpty() ? "/" : path;
  }
}
