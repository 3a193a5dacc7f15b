package io.virga.benchmarks.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes objects without pause and remembers each that was acknowledged, so that all of them can be
 * asked for again. Refused and broken requests are counted and not repeated: what matters is that
 * nothing acknowledged is lost.
 */
public final class ObjectLoad implements AutoCloseable {

  private static final int WRITERS = 2;
  private static final int MAX_OBJECT_BYTES = 200_000;
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(50);

  private final String containerUrl;
  private final String token;
  private final Duration pause;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private volatile boolean stopped;

  /**
   * Starts writing.
   *
   * @param containerUrl a Swift container; made if it is not there
   * @param token valid for longer than the load
   */
  public ObjectLoad(String containerUrl, String token) {
    this(containerUrl, token, Duration.ZERO);
  }

  /**
   * Starts writing with a pause after each object, of each of two writers: for a load that goes on
   * for long and must not fill the disk.
   */
  public ObjectLoad(String containerUrl, String token, Duration pause) {
    this.containerUrl = containerUrl;
    this.token = token;
    this.pause = pause;
    send(request("").PUT(HttpRequest.BodyPublishers.noBody()).build());
    for (int i = 0; i < WRITERS; i++) {
      writers.execute(this::write);
    }
  }

  /** How many objects have been acknowledged so far. */
  public int acknowledgedCount() {
    return acknowledged.size();
  }

  /** How many requests were refused or broken. */
  public int failureCount() {
    return failures.get();
  }

  /** Stops writing, reads every acknowledged object, and returns how many are missing or differ. */
  public int stopAndCountLost() {
    close();
    int lost = 0;
    for (int number : acknowledged) {
      HttpResponse<byte[]> response = send(request("/" + number).GET().build());
      if (response.statusCode() != 200 || !Arrays.equals(response.body(), content(number))) {
        lost++;
      }
    }
    return lost;
  }

  @Override
  public void close() {
    stopped = true;
    writers.shutdown();
    try {
      if (!writers.awaitTermination(2 * REQUEST_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("a writer did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    while (!stopped) {
      int number = next.getAndIncrement();
      HttpRequest put =
          request("/" + number)
              .PUT(HttpRequest.BodyPublishers.ofByteArray(content(number)))
              .build();
      try {
        if (client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode() == 201) {
          acknowledged.add(number);
          LockSupport.parkNanos(pause.toNanos());
          continue;
        }
      } catch (IOException e) {
        // The server was killed: expected, and counted below.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      failures.incrementAndGet();
      LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
    }
  }

  /** Made again from its number whenever it is asked for, so that a long load needs no memory. */
  private static byte[] content(int number) {
    Random random = new Random(number);
    byte[] bytes = new byte[random.nextInt(MAX_OBJECT_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(containerUrl + path))
        .timeout(REQUEST_LIMIT)
        .header("X-Auth-Token", token);
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
