package io.virga.dataplane.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a file when its owner has closed it and nothing is in flight any more: a descriptor's
 * number is used again by the next open, so closing early could write into another file.
 */
final class OpenCount {

  private static final Logger log = LoggerFactory.getLogger(OpenCount.class);

  private final Path path;
  private final Closeable file;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenCount(Path path, Closeable file) {
    this.path = path;
    this.file = file;
  }

  /** Before an operation; false if the file is closed. */
  boolean enter() {
    return !closed.get() && users.getAndUpdate(n -> n == 0 ? 0 : n + 1) != 0;
  }

  /** After an operation that has entered. */
  void leave() {
    if (users.decrementAndGet() == 0) {
      try {
        file.close();
      } catch (IOException e) {
        log.warn("closing {} failed", path, e);
      }
    }
  }

  /** By the owner; any number of times. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      leave();
    }
  }
}
