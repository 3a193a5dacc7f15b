package io.virga.dataplane.watch;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.retry.Backoff;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.databind.exc.InvalidTypeIdException;

/**
 * Keeps one stream to control open for as long as the process runs, keeps the last complete state
 * on disk, and tells the listener. All state belongs to one thread of its own, where the listener
 * is called too; so a listener may block for a moment, and while it does the stream waits.
 */
public final class WatchClient implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WatchClient.class);
  private static final int MAX_LINE_BYTES = 4 << 20;
  private static final int CHUNKS_AHEAD = 8;
  private static final int LINES_AHEAD = 64;

  private final ControlEndpoint control;
  private final Timing timing;
  private final WatchListener listener;
  private final WatchFile file;
  private final WatchState state = new WatchState();
  private final Backoff backoff;
  private final Scheduler thread = Schedulers.newSingle("watch", true);
  private final Disposable.Swap stream = Disposables.swap();
  private Optional<WatchState.Position> told = Optional.empty();
  private boolean noticeDue;
  private boolean writeDue;
  private volatile DesiredView view = DesiredView.nothing();
  private volatile boolean connected;
  private volatile boolean closed;

  /**
   * How patient the client is.
   *
   * @param leastBackoff between two attempts, at first
   * @param mostBackoff between two attempts, after many
   * @param stalledAfter a stream that says nothing for so long, not even a bookmark, is given up
   * @param writeDelay how long changes gather before they are written to disk
   */
  public record Timing(
      Duration leastBackoff, Duration mostBackoff, Duration stalledAfter, Duration writeDelay) {

    public static final Timing STANDARD =
        new Timing(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(200));
  }

  private WatchClient(
      ControlEndpoint control, Path stateDirectory, Timing timing, WatchListener listener) {
    this.control = control;
    this.timing = timing;
    this.listener = listener;
    this.file = new WatchFile(stateDirectory.resolve("watch.json"));
    this.backoff =
        new Backoff(timing.leastBackoff(), timing.mostBackoff(), RandomGenerator.getDefault());
  }

  /**
   * Begins with what is on disk, if anything is, and keeps asking control for more. Returns once
   * the state on disk has been read; does not wait for control.
   *
   * @param stateDirectory holds {@code watch.json}
   */
  public static WatchClient start(
      ControlEndpoint control, Path stateDirectory, WatchListener listener) {
    return start(control, stateDirectory, Timing.STANDARD, listener);
  }

  /** As above, with a patience of one's own. */
  public static WatchClient start(
      ControlEndpoint control, Path stateDirectory, Timing timing, WatchListener listener) {
    WatchClient client = new WatchClient(control, stateDirectory, timing, listener);
    client.file.restoreInto(client.state);
    client.view = client.state.view();
    client.thread.schedule(client::begin);
    return client;
  }

  /** The newest view that the listener has been told, or is about to be. Any thread. */
  public DesiredView view() {
    return view;
  }

  /** For {@code GET /health}: control being away is no reason to stop serving. */
  public Health health() {
    if (connected) {
      return Health.up("following control");
    }
    return view.isComplete()
        ? Health.degraded("control is away; working on its last word")
        : Health.degraded("control is away and has never been heard");
  }

  private void begin() {
    tellIfNews();
    connect();
  }

  private void connect() {
    if (closed) {
      return;
    }
    LineSplitter splitter = new LineSplitter(MAX_LINE_BYTES);
    stream.update(
        control
            .client()
            .responseTimeout(timing.stalledAfter())
            .get()
            .uri(path())
            .response((response, body) -> lines(response, body, splitter))
            .timeout(timing.stalledAfter())
            .publishOn(thread, LINES_AHEAD)
            .subscribe(this::line, this::broken, () -> broken(new IOException("control ended"))));
  }

  private String path() {
    return state
        .position()
        .map(
            p ->
                "/v1/watch?since=%d&cluster=%s"
                    .formatted(
                        p.revision(), URLEncoder.encode(p.cluster(), StandardCharsets.UTF_8)))
        .orElse("/v1/watch");
  }

  private Flux<byte[]> lines(HttpClientResponse response, ByteBufFlux body, LineSplitter splitter) {
    if (response.status().code() != 200) {
      return Flux.error(new IOException("control answered " + response.status()));
    }
    thread.schedule(this::connected);
    // Split before anything is queued: the buffers are gone after this call.
    return body.map(bytes -> split(splitter, bytes))
        .concatMapIterable(Function.identity(), CHUNKS_AHEAD);
  }

  private static List<byte[]> split(LineSplitter splitter, ByteBuf bytes) {
    try {
      return splitter.accept(bytes);
    } catch (IOException e) {
      throw Exceptions.propagate(e);
    }
  }

  private void connected() {
    log.info(
        "following control from {}",
        state.position().map(WatchState.Position::toString).orElse("the beginning"));
    connected = true;
    try {
      listener.connected();
    } catch (RuntimeException e) {
      log.error("the listener failed", e);
    }
  }

  private void line(byte[] line) {
    try {
      WatchEvent event = Json.read(line, WatchEvent.class);
      state.apply(event);
      if (event instanceof WatchEvent.Synced || event instanceof WatchEvent.Bookmark) {
        backoff.reset();
      }
    } catch (InvalidTypeIdException e) {
      log.warn("control speaks of an event that this version does not know: {}", e.getMessage());
    }
    if (state.hasNews() && !noticeDue) {
      noticeDue = true;
      thread.schedule(this::tellIfNews);
    }
  }

  private void tellIfNews() {
    noticeDue = false;
    if (!state.hasNews()) {
      return;
    }
    view = state.view();
    told = state.position();
    Map<Kind, Set<String>> changed = state.takeChanged();
    scheduleWrite();
    try {
      listener.changed(view, changed);
    } catch (RuntimeException e) {
      log.error("the listener failed", e);
    }
  }

  private void broken(Throwable reason) {
    connected = false;
    state.broken();
    if (closed) {
      return;
    }
    Duration wait = backoff.next();
    log.warn(
        "no stream from control, trying again in {} ms: {}", wait.toMillis(), reason.toString());
    log.debug("no stream from control", reason);
    thread.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void scheduleWrite() {
    if (!writeDue) {
      writeDue = true;
      thread.schedule(this::write, timing.writeDelay().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void write() {
    if (!writeDue || told.isEmpty()) {
      return;
    }
    writeDue = false;
    try {
      file.write(told.get(), view);
    } catch (IOException e) {
      log.error("cannot keep what control said; tried again with the next change", e);
    }
  }

  /** Ends the stream and writes what is not yet written; waits at most three seconds. */
  @Override
  public void close() {
    closed = true;
    stream.dispose();
    CountDownLatch written = new CountDownLatch(1);
    thread.schedule(
        () -> {
          state.broken();
          write();
          written.countDown();
        });
    try {
      if (!written.await(3, TimeUnit.SECONDS)) {
        log.warn("the last state was not written in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.dispose();
  }
}
