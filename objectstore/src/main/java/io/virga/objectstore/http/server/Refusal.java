package io.virga.objectstore.http.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.virga.objectstore.http.Reply;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/** Why what came is not answered by a door. */
record Refusal(int status, String words) {

  /** What is wrong with a request's head, if anything is. */
  static Optional<Refusal> of(HttpRequest head) {
    Optional<String> unknown = unknownCoding(head);
    if (unknown.isPresent()) {
      return Optional.of(
          new Refusal(501, "the transfer coding is %s: expected chunked".formatted(unknown.get())));
    }
    if (head.decoderResult().isFailure()) {
      return Optional.of(of(head.decoderResult().cause()));
    }
    HttpVersion version = head.protocolVersion();
    if (version.majorVersion() != 1) {
      return Optional.of(
          new Refusal(505, "the version is %s: expected HTTP/1.1".formatted(version.text())));
    }
    return version.minorVersion() == 0
            || isOne(head.headers().valueCharSequenceIterator(HttpHeaderNames.HOST))
        ? Optional.empty()
        : Optional.of(new Refusal(400, "HTTP/1.1 needs one Host (RFC 9112 §3.2)"));
  }

  private static boolean isOne(Iterator<? extends CharSequence> values) {
    if (!values.hasNext()) {
      return false;
    }
    values.next();
    return !values.hasNext();
  }

  /** A coding of the body that is not known (RFC 9112 §6.1). */
  private static Optional<String> unknownCoding(HttpRequest head) {
    if (!head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return Optional.empty();
    }
    String codings = String.join(",", head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING));
    return Arrays.stream(codings.split(",", -1))
        .map(String::strip)
        .filter(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("chunked"))
        .findFirst();
  }

  /** What the decoder found. */
  static Refusal of(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException line ->
          new Refusal(
              414,
              "the request line is too long: expected at most %d bytes"
                  .formatted(HttpFront.MAXIMUM_REQUEST_LINE_BYTES));
      case TooLongHttpHeaderException header ->
          new Refusal(
              431,
              "the headers are too long: expected at most %d bytes"
                  .formatted(HttpFront.MAXIMUM_HEADER_BYTES));
      default -> new Refusal(400, "the request is malformed: " + cause.getMessage());
    };
  }

  Reply reply() {
    return Reply.text(status, "text/plain; charset=utf-8", words + "\n");
  }
}
