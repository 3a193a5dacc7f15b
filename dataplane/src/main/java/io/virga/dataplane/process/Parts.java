package io.virga.dataplane.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was started, to be stopped in reverse within ten seconds in all. */
final class Parts {

  private static final Logger log = LoggerFactory.getLogger(Parts.class);
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(9_500);

  private final Deque<Part> started = new ArrayDeque<>();
  private boolean stopping;

  private record Part(String name, AutoCloseable closeable) {}

  synchronized void add(String name, AutoCloseable part) {
    if (stopping) {
      close(new Part(name, part));
    } else {
      started.push(new Part(name, part));
    }
  }

  private synchronized Deque<Part> takeAll() {
    stopping = true;
    Deque<Part> all = new ArrayDeque<>(started);
    started.clear();
    return all;
  }

  /** Waits until all have stopped or the time is over; what then still runs ends with the JVM. */
  void stop() {
    Deque<Part> all = takeAll();
    Thread worker =
        Thread.ofPlatform().daemon().name("stop-parts").start(() -> all.forEach(Parts::close));
    try {
      if (!worker.join(STOP_TIMEOUT)) {
        log.error("the parts have not stopped within {} ms", STOP_TIMEOUT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Part part) {
    try {
      part.closeable().close();
      log.debug("{} has stopped", part.name());
    } catch (Exception e) {
      log.error("{} failed to stop", part.name(), e);
    }
  }
}
