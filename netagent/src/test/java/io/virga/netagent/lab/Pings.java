package io.virga.netagent.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pings 10 ms apart that go on until they are ended. */
public final class Pings {

  private static final Pattern COUNTS =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
  private static final Pattern TIMES = Pattern.compile("= [\\d.]+/([\\d.]+)/([\\d.]+)/");

  private final Process process;
  private final Output output;

  /** How many were sent and not answered, and how long answers took. */
  public record Result(int sent, int lost, double averageMillis, double longestMillis) {

    @Override
    public String toString() {
      return "%d of %d pings 10 ms apart lost, %.2f ms on average, %.2f ms at most"
          .formatted(lost, sent, averageMillis, longestMillis);
    }
  }

  private Pings(Process process, Output output) {
    this.process = process;
    this.output = output;
  }

  /** Begins. */
  public static Pings start(Guest guest, String address, Path file) throws IOException {
    Output output = new Output(file);
    return new Pings(guest.start(file, "ping -q -i 0.01 " + address), output);
  }

  /** Ends; one that is on its way is not lost. */
  public Result end() throws IOException, InterruptedException {
    Shell.line("kill -INT " + process.pid());
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    Matcher counts = COUNTS.matcher(output.text());
    Matcher times = TIMES.matcher(output.text());
    if (!counts.find() || !times.find()) {
      throw new AssertionError("ping said: " + output.text());
    }
    int sent = Integer.parseInt(counts.group(1));
    int lost = sent - Integer.parseInt(counts.group(2));
    return new Result(
        sent, lost, Double.parseDouble(times.group(1)), Double.parseDouble(times.group(2)));
  }
}
