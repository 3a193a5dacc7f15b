package io.virga.objectstore.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;

/** What is answered. */
public record Reply(int status, HttpHeaders headers, Body body) {

  /** Names are checked here, values are made {@linkplain HeaderText#safe safe} instead. */
  private static final HttpHeadersFactory HEADERS =
      HeaderNames.factory(DefaultHttpHeadersFactory.headersFactory(), false);

  /** The bytes that are sent. */
  public sealed interface Body {}

  /** None, and a length of zero where one is stated. */
  public record None() implements Body {}

  /** None, though the length of what a GET would give is stated; for HEAD. */
  public record Head(long length) implements Body {}

  /** These, at once. */
  public record Bytes(byte[] bytes) implements Body {}

  /** This buffer, which the sender releases. */
  public record Buffer(ByteBuf buffer) implements Body {}

  /** So many, as they come. */
  public record Stream(long length, Flux<ByteBuf> bytes) implements Body {}

  /** So many as will come. */
  public record Chunked(Flux<ByteBuf> bytes) implements Body {}

  /** A reply without a body. */
  public static Reply of(int status) {
    return new Reply(status, HEADERS.newHeaders(), new None());
  }

  /** A reply with text. */
  public static Reply text(int status, String contentType, String text) {
    return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A reply with bytes. */
  public static Reply bytes(int status, String contentType, byte[] bytes) {
    Reply reply = new Reply(status, HEADERS.newHeaders(), new Bytes(bytes));
    return reply.header("Content-Type", contentType);
  }

  /** Sets a header; what cannot be in a header is left out of its value. */
  public Reply header(String name, String value) {
    headers.set(name, HeaderText.safe(value));
    return this;
  }

  /** The same with another body. */
  public Reply with(Body other) {
    return new Reply(status, headers, other);
  }
}
