package io.virga.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The whole machine's processor time. */
public final class Machine {

  private static final double TICKS_PER_SECOND = 100;

  private static final int IDLE_FIELD = 3;
  private static final int WAITING_FIELD = 4;
  private static final int STOLEN_FIELD = 7;

  private Machine() {}

  /** How long all cores together have been busy with anything since the machine started. */
  public static double busySeconds() {
    try {
      String first = Files.readAllLines(Path.of("/proc/stat")).getFirst();
      long[] ticks =
          Arrays.stream(first.replaceFirst("cpu +", "").split(" "))
              .mapToLong(Long::parseLong)
              .limit(STOLEN_FIELD + 1)
              .toArray();
      long busy = Arrays.stream(ticks).sum() - ticks[IDLE_FIELD] - ticks[WAITING_FIELD];
      return busy / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
