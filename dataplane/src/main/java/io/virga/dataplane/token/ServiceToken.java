package io.virga.dataplane.token;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.retry.Backoff;
import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
import tools.jackson.core.JacksonException;

/**
 * The token with which this process asks the object store ({@code POST /v1/token} on the agents'
 * listener): renewed daily, kept in {@code service-token.json} (mode 0600), so that it is there
 * while control is away.
 */
public final class ServiceToken implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServiceToken.class);
  private static final Duration RENEW_AFTER = Duration.ofDays(1);
  private static final Duration RETRY_USELESS = Duration.ofSeconds(10);
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final HttpClient control;
  private final Path file;
  private final InstantSource clock;
  private final Scheduler thread = Schedulers.newSingle("service-token", true);
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), RandomGenerator.getDefault());
  private final Disposable.Swap work = Disposables.swap();
  private volatile Optional<Granted> granted = Optional.empty();
  private volatile boolean closed;

  /** What control answers, and what is on disk. */
  private record Granted(String token, Instant expiresAt, Optional<Instant> grantedAt) {

    @Override
    public String toString() {
      return "Granted[expiresAt=" + expiresAt + "]";
    }
  }

  private ServiceToken(HttpClient control, Path file, InstantSource clock) {
    this.control = control;
    this.file = file;
    this.clock = clock;
  }

  /**
   * Begins with what is on disk and asks control when that is a day old. Does not wait for control.
   *
   * @param control reaches the agents' listener
   */
  public static ServiceToken start(HttpClient control, Path stateDirectory, InstantSource clock) {
    ServiceToken token =
        new ServiceToken(control, stateDirectory.resolve("service-token.json"), clock);
    token.granted = token.read();
    token.schedule(token.untilRenewal());
    return token;
  }

  /** The token, unless control has never been heard or for too long. Any thread. */
  public Optional<String> current() {
    return granted
        .filter(g -> clock.instant().isBefore(g.expiresAt().minus(MARGIN)))
        .map(Granted::token);
  }

  private Optional<Granted> read() {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), Granted.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      log.warn("cannot read {}; the token is asked of control anew", file, e);
      return Optional.empty();
    }
  }

  private Duration untilRenewal() {
    Instant now = clock.instant();
    return current().isEmpty()
        ? Duration.ZERO
        : granted
            .flatMap(Granted::grantedAt)
            .map(at -> Duration.between(now, at.plus(renewAfter(at))))
            .filter(Duration::isPositive)
            .orElse(Duration.ZERO);
  }

  /** A day, or half of the token's life if that is shorter. */
  private Duration renewAfter(Instant grantedAt) {
    return granted
        .map(g -> Duration.between(grantedAt, g.expiresAt()).dividedBy(2))
        .filter(half -> half.compareTo(RENEW_AFTER) < 0)
        .orElse(RENEW_AFTER);
  }

  private void schedule(Duration wait) {
    if (!closed) {
      thread.schedule(this::fetch, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void fetch() {
    if (closed) {
      return;
    }
    work.update(
        control
            .responseTimeout(Duration.ofSeconds(10))
            .headers(h -> h.set(HttpHeaderNames.CONTENT_LENGTH, 0))
            .post()
            .uri("/v1/token")
            .responseSingle(
                (response, body) ->
                    response.status().code() == 200
                        ? body.asByteArray()
                        : Mono.error(new IOException("control answered " + response.status())))
            .switchIfEmpty(Mono.error(() -> new IOException("control answered nothing")))
            .publishOn(thread)
            .map(body -> Json.read(body, Granted.class))
            .subscribe(this::keep, this::failed));
  }

  private void keep(Granted answer) {
    Granted kept = new Granted(answer.token(), answer.expiresAt(), Optional.of(clock.instant()));
    granted = Optional.of(kept);
    backoff.reset();
    try {
      PrivateFile.replace(file, Json.bytes(kept));
    } catch (IOException e) {
      log.error("cannot keep the service token in {}", file, e);
    }
    Duration wait = untilRenewal();
    schedule(wait.isZero() ? RETRY_USELESS : wait);
  }

  private void failed(Throwable reason) {
    Duration wait = backoff.next();
    log.warn(
        "no service token from control, trying again in {} ms: {}",
        wait.toMillis(),
        reason.toString());
    log.debug("no service token from control", reason);
    schedule(wait);
  }

  /** Waits at most a second for a token that is being written. */
  @Override
  public void close() {
    closed = true;
    work.dispose();
    CountDownLatch idle = new CountDownLatch(1);
    thread.schedule(idle::countDown);
    try {
      if (!idle.await(1, TimeUnit.SECONDS)) {
        log.warn("the service token was not written in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.dispose();
  }
}
