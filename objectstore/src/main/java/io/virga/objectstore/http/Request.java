package io.virga.objectstore.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/**
 * A request.
 *
 * @param id unique; goes into logs and replies
 * @param rawPath as it came, still encoded, without the query
 * @param rawQuery as it came
 * @param headers not to be changed
 * @param body buffers that whoever takes them releases; subscribed to at most once
 * @param origin where it came from
 */
public record Request(
    String id,
    String method,
    String rawPath,
    String rawQuery,
    Query query,
    HttpHeaders headers,
    Flux<ByteBuf> body,
    Origin origin) {

  private static final int MAXIMUM_DIGITS = 18;

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * How the request came.
   *
   * @param secure by TLS
   * @param address of the client, if it is known
   */
  public record Origin(boolean secure, Optional<InetAddress> address) {}

  /** The client's address, if it is known. */
  public Optional<InetAddress> remote() {
    return origin.address();
  }

  /** The scheme and the host that the client asked, for absolute addresses in replies. */
  public String base() {
    return (origin.secure() ? "https://" : "http://") + header("host").orElse("localhost");
  }

  /** What {@code Content-Length} says. */
  public OptionalLong contentLength() {
    String text = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (text == null || text.isEmpty() || text.length() > MAXIMUM_DIGITS) {
      return OptionalLong.empty();
    }
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return OptionalLong.empty();
      }
      length = length * 10 + (digit - '0');
    }
    return OptionalLong.of(length);
  }

  public boolean isChunked() {
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  public boolean isHead() {
    return method.equals("HEAD");
  }

  /** The same request with another body. */
  public Request withBody(Flux<ByteBuf> other) {
    return new Request(id, method, rawPath, rawQuery, query, headers, other, origin);
  }

  /** The same request with other headers. */
  public Request withHeaders(HttpHeaders other) {
    return new Request(id, method, rawPath, rawQuery, query, other, body, origin);
  }

  /** The same request without a query. */
  public Request withoutQuery() {
    return new Request(id, method, rawPath, "", new Query(List.of()), headers, body, origin);
  }
}
