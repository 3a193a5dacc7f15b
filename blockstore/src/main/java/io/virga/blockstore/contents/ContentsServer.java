package io.virga.blockstore.contents;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.blockstore.engine.Pool;
import io.virga.dataplane.door.ControlDoor;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * {@code GET /v1/volumes/<id>/contents} (docs/ARCHITECTURE.md §11, "Contents"): what {@link
 * Reading#chunks} says, with the volume's size in a header.
 */
public final class ContentsServer implements ControlDoor.Answers {

  /** The size of the volume in bytes. */
  static final String SIZE = "Virga-Volume-Size";

  private static final Logger LOG = LoggerFactory.getLogger(ContentsServer.class);
  private static final Pattern PATH =
      Pattern.compile("/v1/volumes/([A-Za-z0-9][A-Za-z0-9.-]{0,127})/contents");
  private static final int MAX_READINGS = 4;

  private final Holder holder;
  private final Scheduler blocking;
  private final Semaphore places = new Semaphore(MAX_READINGS);

  /** Finds the pool that has a volume, if any has. Blocks. */
  @FunctionalInterface
  public interface Holder {
    Optional<Pool> of(String volume) throws InterruptedException;
  }

  /**
   * @param blocking where the holder is asked; bounded; its owner ends it
   */
  public ContentsServer(Holder holder, Scheduler blocking) {
    this.holder = holder;
    this.blocking = blocking;
  }

  @Override
  public Publisher<Void> to(HttpServerRequest request, HttpServerResponse response) {
    Matcher path = PATH.matcher(request.fullPath());
    if (!path.matches()) {
      return ControlDoor.refuse(response, HttpResponseStatus.NOT_FOUND, "no such path");
    }
    if (!places.tryAcquire()) {
      return ControlDoor.refuse(
          response,
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          MAX_READINGS + " volumes are being read already");
    }
    String volume = path.group(1);
    return Mono.fromCallable(() -> holder.of(volume))
        .subscribeOn(blocking)
        .flatMap(Mono::justOrEmpty)
        .flatMap(
            pool ->
                Mono.usingWhen(
                    Reading.open(pool, volume),
                    reading -> send(response, reading).thenReturn(true),
                    Reading::close))
        .switchIfEmpty(
            Mono.defer(
                () ->
                    Mono.from(
                            ControlDoor.refuse(
                                response, HttpResponseStatus.NOT_FOUND, "no such volume"))
                        .thenReturn(false)))
        .doOnError(e -> LOG.warn("the contents of volume {} could not be sent", volume, e))
        .doFinally(end -> places.release())
        .then();
  }

  private static Mono<Void> send(HttpServerResponse response, Reading reading) {
    return response
        .header(HttpHeaderNames.CONTENT_TYPE, "application/vnd.virga.chunks")
        .header(SIZE, Long.toString(reading.sizeBytes()))
        .send(reading.chunks())
        .then();
  }
}
