package io.virga.benchmarks.controlbench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.LineSplitter;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import io.virga.dataplane.watch.WatchEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;

/**
 * An agent that says at once that all is as control wants it: control's part of the work is real,
 * the host's is none. It follows one stream and reports as a real one does, the newest of each
 * thing, gathered for 20 ms; it keeps nothing on disk and has no thread of its own.
 */
final class SimulatedAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedAgent.class);
  private static final int MAX_LINE_BYTES = 4 << 20;
  private static final int MAX_BATCH = 1000;
  private static final Duration GATHER = Duration.ofMillis(20);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** Control says something at least every ten seconds. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private final ControlEndpoint control;
  private final String host;
  private final Scheduler scheduler;
  private final BiConsumer<Kind, String> heard;
  private final Map<String, ObservedState> unsent = new LinkedHashMap<>();
  private final Disposable.Swap watching = Disposables.swap();
  private final Disposable.Swap reporting = Disposables.swap();
  private boolean sending;

  /**
   * At rest.
   *
   * @param control as this agent's certificate reaches it
   * @param host its name
   * @param heard is told, on a thread of the connection, of each thing that control says
   */
  SimulatedAgent(
      ControlEndpoint control, String host, Scheduler scheduler, BiConsumer<Kind, String> heard) {
    this.control = control;
    this.host = host;
    this.scheduler = scheduler;
    this.heard = heard;
  }

  /** Says what the host has, and follows control until {@link #close}. */
  void start(Map<String, String> capacity) {
    report(new ObservedState("host", host, 1, Status.READY, Optional.empty(), capacity));
    watching.update(
        Flux.defer(() -> lines(new LineSplitter(MAX_LINE_BYTES)))
            .doOnNext(this::line)
            .retryWhen(again())
            .repeat()
            .subscribe());
  }

  private Flux<byte[]> lines(LineSplitter splitter) {
    return control
        .client()
        .responseTimeout(STALLED)
        .get()
        .uri("/v1/watch")
        .response(
            (response, body) ->
                response.status().code() == 200
                    ? body.flatMapIterable(bytes -> split(splitter, bytes))
                    : Mono.error(new IOException("control answered " + response.status())));
  }

  private static List<byte[]> split(LineSplitter splitter, ByteBuf bytes) {
    try {
      return splitter.accept(bytes);
    } catch (IOException e) {
      throw Exceptions.propagate(e);
    }
  }

  private Retry again() {
    return Retry.fixedDelay(Long.MAX_VALUE, AGAIN)
        .doBeforeRetry(
            signal -> LOG.warn("the simulated {} tries again: {}", host, "" + signal.failure()));
  }

  private void line(byte[] line) {
    if (Json.read(line, WatchEvent.class) instanceof WatchEvent.Put put) {
      Kind kind = Kind.ofWireName(put.kind());
      heard.accept(kind, put.id());
      details(kind, put.spec()).ifPresent(details -> answer(put, details));
    }
  }

  /** What is said of a thing of the kind; empty if nothing is, as of ports of other hosts. */
  private Optional<Map<String, String>> details(Kind kind, JsonNode spec) {
    return switch (kind) {
      case INSTANCE ->
          Optional.of(Map.of("power", spec.path("power").asString().toLowerCase(Locale.ROOT)));
      case VOLUME -> Optional.of(Map.of("fetched", "true"));
      case PORT ->
          Optional.of(Map.of("wired", "true"))
              .filter(wired -> spec.path("host").asString().equals(host));
      case SNAPSHOT -> Optional.of(Map.of());
      default -> Optional.empty();
    };
  }

  private void answer(WatchEvent.Put put, Map<String, String> details) {
    JsonNode spec = put.spec();
    boolean gone = isAbsent(spec, "presence") || isAbsent(spec, "power");
    report(
        new ObservedState(
            put.kind(),
            put.id(),
            spec.path("generation").asLong(),
            gone ? Status.ABSENT : Status.READY,
            Optional.empty(),
            details));
  }

  private static boolean isAbsent(JsonNode spec, String name) {
    return spec.path(name).asString("").equals("ABSENT");
  }

  private void report(ObservedState state) {
    synchronized (unsent) {
      unsent.put(state.kind() + "/" + state.id(), state);
      if (!sending) {
        sending = true;
        reporting.update(scheduler.schedule(this::send, GATHER.toMillis(), TimeUnit.MILLISECONDS));
      }
    }
  }

  private void send() {
    List<ObservedState> batch;
    synchronized (unsent) {
      batch = new ArrayList<>(unsent.values()).subList(0, Math.min(MAX_BATCH, unsent.size()));
      batch.forEach(state -> unsent.remove(state.kind() + "/" + state.id(), state));
    }
    byte[] body = Json.bytes(batch);
    reporting.update(
        control
            .client()
            .responseTimeout(STALLED)
            .headers(headers -> headers.set("Content-Type", "application/json"))
            .post()
            .uri("/v1/observed")
            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
            .responseSingle(
                (response, content) ->
                    content.then(
                        response.status().code() / 100 == 2
                            ? Mono.<Void>empty()
                            : Mono.error(new IOException("control answered " + response.status()))))
            .retryWhen(again())
            .doFinally(end -> sent())
            .subscribe());
  }

  private void sent() {
    synchronized (unsent) {
      sending = !unsent.isEmpty();
      if (sending) {
        reporting.update(scheduler.schedule(this::send, GATHER.toMillis(), TimeUnit.MILLISECONDS));
      }
    }
  }

  /** Lets control believe that the host is gone. */
  @Override
  public void close() {
    watching.dispose();
    reporting.dispose();
  }
}
