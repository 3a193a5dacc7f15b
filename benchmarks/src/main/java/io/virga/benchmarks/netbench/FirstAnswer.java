package io.virga.benchmarks.netbench;

import io.virga.netagent.lab.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pings {@value #INTERVAL} s apart from a guest whose port may not work yet, until one is answered.
 * The guest asks for MAC addresses anew every 4 ms, where Linux does each second, so that what is
 * measured is the network and not its patience.
 */
public final class FirstAnswer implements AutoCloseable {

  private static final String INTERVAL = "0.002";
  private static final int MOST_PINGS = 15_000;
  private static final Pattern ANSWER = Pattern.compile("\\[(\\d+\\.\\d+)] \\d+ bytes from");
  private static final long LOOK_MILLIS = 2;
  private static final int LIMIT_SECONDS = 30;

  private final Process process;
  private final Path output;

  private FirstAnswer(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Begins to ping. */
  public static FirstAnswer from(Guest guest, String address, Path output)
      throws IOException, InterruptedException {
    guest.must("sysctl -qw net.ipv4.neigh.eth0.retrans_time_ms=4");
    Process process =
        guest.start(
            output, "ping -D -n -i %s -W 1 -c %d %s".formatted(INTERVAL, MOST_PINGS, address));
    return new FirstAnswer(process, output);
  }

  /** Waits for the first answer and says how long after the time it came. */
  public double millisAfter(long epochMicros) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (System.nanoTime() < end) {
      Matcher answer = ANSWER.matcher(Files.readString(output));
      if (answer.find()) {
        return Double.parseDouble(answer.group(1)) * 1e3 - epochMicros / 1e3;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new IllegalStateException("no ping was answered within " + LIMIT_SECONDS + " s");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
