package io.virga.benchmarks.blockbench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What initiators print: iscsi-perf of libiscsi 1.19, qemu-img of QEMU 7.2. */
final class InitiatorOutput {

  private static final Pattern AVERAGE = Pattern.compile("iops average (\\d+)");
  private static final Pattern COMPLETED = Pattern.compile("Run completed in ([0-9.]+) seconds");

  private InitiatorOutput() {}

  /** The last average of iscsi-perf, which prints one each second. */
  static double perSecond(String output) {
    return AVERAGE
        .matcher(output)
        .results()
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .filter(average -> average > 0)
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new IllegalStateException("iscsi-perf read nothing: " + output));
  }

  /** How long qemu-img bench took. */
  static double seconds(String output) {
    Matcher completed = COMPLETED.matcher(output);
    if (!completed.find()) {
      throw new IllegalStateException("qemu-img bench did not complete: " + output);
    }
    return Double.parseDouble(completed.group(1));
  }
}
