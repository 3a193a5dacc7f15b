package io.virga.objectstore.http.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.virga.objectstore.http.Reply;
import java.util.Optional;

/** Why what came is not answered by a door. */
record Refusal(int status, String words) {

  /** What is wrong with a request's head, if anything is. */
  static Optional<Refusal> of(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return Optional.of(of(head.decoderResult().cause()));
    }
    HttpVersion version = head.protocolVersion();
    return version.majorVersion() == 1
        ? Optional.empty()
        : Optional.of(
            new Refusal(505, "the version is %s: expected HTTP/1.1".formatted(version.text())));
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
