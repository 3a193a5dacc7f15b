package io.virga.objectstore.swift.object;

import io.netty.buffer.Unpooled;
import io.virga.objectstore.http.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spaces that keep a connection from being taken for dead until there is something to say. */
final class Heartbeat {

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final byte[] BEAT = {' '};
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Heartbeat() {}

  /** A body that begins now and ends with a report; the work goes on even if nobody listens. */
  static Reply.Chunked before(Mono<byte[]> report) {
    Mono<byte[]> work = report.cache();
    // A client that does not read misses beats.
    Flux<byte[]> beats =
        Flux.interval(PERIOD).onBackpressureDrop().map(beat -> BEAT).takeUntilOther(work);
    return new Reply.Chunked(
        Flux.concat(Flux.just(BEAT), beats, Flux.just(END), work).map(Unpooled::wrappedBuffer));
  }
}
