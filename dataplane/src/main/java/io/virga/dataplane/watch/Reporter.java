package io.virga.dataplane.watch;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.retry.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * Tells control what was observed ({@code POST /v1/observed}): the newest of each thing, in batches
 * of at most 1,000 and 4 MB, one batch at a time, again with backoff until control has taken it.
 * Keeps the newest of everything, so that {@link #resendAll} can tell all of it to a control that
 * came back; what is ABSENT is forgotten once control knows. All methods may be called by any
 * thread.
 */
public final class Reporter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reporter.class);
  private static final int MAX_BATCH = 1_000;

  /** Control takes bodies of 4 MiB. */
  private static final int MAX_BATCH_BYTES = 4_000_000;

  private static final int MAX_THINGS = 65_536;
  private static final Duration GATHER = Duration.ofMillis(20);
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final Scheduler thread = Schedulers.newSingle("report", true);
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), RandomGenerator.getDefault());
  private final Map<Key, ObservedState> newest = new HashMap<>();
  private final Set<Key> unsent = new LinkedHashSet<>();
  private final Disposable.Swap sending = Disposables.swap();
  private boolean busy;
  private long round;
  private volatile boolean closed;

  private record Key(String kind, String id) {

    static Key of(ObservedState state) {
      return new Key(state.kind(), state.id());
    }
  }

  private Reporter(HttpClient client) {
    this.client = client;
  }

  public static Reporter start(ControlEndpoint control) {
    return new Reporter(control.client().responseTimeout(RESPONSE_TIMEOUT));
  }

  /** Tells control unless it is the very thing that was told last. */
  public void report(ObservedState state) {
    if (!closed) {
      thread.schedule(() -> accept(state));
    }
  }

  /** Tells everything again: call it when a stream to control is up again. */
  public void resendAll() {
    if (!closed) {
      thread.schedule(
          () -> {
            round++;
            unsent.addAll(newest.keySet());
            sendSoon();
          });
    }
  }

  private void accept(ObservedState state) {
    Key key = Key.of(state);
    if (state.equals(newest.get(key))) {
      return;
    }
    if (newest.size() >= MAX_THINGS && !newest.containsKey(key)) {
      log.error("more than {} things to report; {} is left out", MAX_THINGS, key);
      return;
    }
    newest.put(key, state);
    unsent.add(key);
    sendSoon();
  }

  private void sendSoon() {
    if (!busy && !unsent.isEmpty()) {
      busy = true;
      thread.schedule(this::send, GATHER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void send() {
    List<ObservedState> batch = nextBatch();
    if (batch.isEmpty()) {
      unsent.clear();
      busy = false;
      return;
    }
    long sentIn = round;
    sending.update(
        post(batch)
            .publishOn(thread)
            .subscribe(status -> answered(batch, sentIn, status), this::failed));
  }

  /** What alone is too large goes alone, so that control refuses nothing else with it. */
  private List<ObservedState> nextBatch() {
    List<ObservedState> batch = new ArrayList<>();
    long batchBytes = 0;
    for (Key key : unsent) {
      ObservedState state = newest.get(key);
      if (state != null) {
        batchBytes += Json.bytes(state).length + 1;
        if (!batch.isEmpty() && (batch.size() == MAX_BATCH || batchBytes > MAX_BATCH_BYTES)) {
          return batch;
        }
        batch.add(state);
      }
    }
    return batch;
  }

  private Mono<Integer> post(List<ObservedState> batch) {
    byte[] body = Json.bytes(batch);
    return client
        .headers(h -> h.set(HttpHeaderNames.CONTENT_TYPE, "application/json"))
        .post()
        .uri("/v1/observed")
        .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
        .responseSingle((response, content) -> content.then(Mono.just(response.status().code())));
  }

  private void answered(List<ObservedState> batch, long sentIn, int status) {
    if (status / 100 == 2) {
      backoff.reset();
      batch.forEach(state -> told(state, sentIn));
    } else if (status == 400 || status == 413 || status == 422) {
      log.error("control refuses {} reports with {}; they are left out", batch.size(), status);
      batch.forEach(state -> told(state, sentIn));
    } else {
      failed(new IOException("control answered " + status));
      return;
    }
    busy = false;
    sendSoon();
  }

  /** What was sent before everything was to be told again is told again. */
  private void told(ObservedState state, long sentIn) {
    Key key = Key.of(state);
    if (!state.equals(newest.get(key))) {
      return;
    }
    if (state.status() == ObservedState.Status.ABSENT) {
      newest.remove(key);
      unsent.remove(key);
    } else if (sentIn == round) {
      unsent.remove(key);
    }
  }

  private void failed(Throwable reason) {
    if (closed) {
      return;
    }
    Duration wait = backoff.next();
    log.warn(
        "cannot report to control, trying again in {} ms: {}", wait.toMillis(), reason.toString());
    log.debug("cannot report to control", reason);
    thread.schedule(this::send, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    sending.dispose();
    thread.dispose();
  }
}
