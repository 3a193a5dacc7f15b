package io.virga.netagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a process prints into a file while it runs. */
public record Output(Path file) {

  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int MOST_LOOKS = 100;

  /** All of it so far. */
  public String text() {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits until nothing comes any more for 300 ms; how long it took to come to that. */
  public long millisToSilence() {
    long begin = System.nanoTime();
    long silentSince = begin;
    String before = text();
    for (int look = 0; look < MOST_LOOKS; look++) {
      LockSupport.parkNanos(SILENCE_NANOS);
      String now = text();
      if (now.equals(before)) {
        return TimeUnit.NANOSECONDS.toMillis(silentSince - begin);
      }
      silentSince = System.nanoTime();
      before = now;
    }
    throw new AssertionError("it goes on: " + before);
  }
}
