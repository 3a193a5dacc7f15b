package io.virga.control.volume.model;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.desired.IoLimits;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The specs that are enforced: {@code {total,read,write}_{iops,bytes}_sec}, each also for every GiB
 * of the volume with {@code _per_gb}, which then counts instead, and how much may pass at once
 * after a rest with {@code _max}. 0 is no limit. Other specs are kept and mean nothing here.
 */
public final class QosLimits {

  private static final Pattern ENFORCED =
      Pattern.compile("(total|read|write)_(iops|bytes)_sec(_per_gb|_max)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,13}");

  /** A tebibyte, and as many operations: more than any host does. */
  private static final long MAX = 1L << 40;

  private QosLimits() {}

  /**
   * Refuses an enforced spec that is no number.
   *
   * @throws ApiFault bad request
   */
  public static void check(Map<String, String> specs) {
    specs.forEach(
        (key, value) -> {
          boolean good = NUMBER.matcher(value).matches() && Long.parseLong(value) <= MAX;
          if (ENFORCED.matcher(key).matches() && !good) {
            throw ApiFault.badRequest(
                "qos_specs.%s: '%s' is not a whole number from 0 to %d".formatted(key, value, MAX));
          }
        });
  }

  /** The limits of a volume of the size; empty if there are none. */
  public static Optional<IoLimits> of(Map<String, String> specs, long sizeGib) {
    IoLimits limits =
        new IoLimits(
            rate(specs, "total_iops_sec", sizeGib),
            rate(specs, "read_iops_sec", sizeGib),
            rate(specs, "write_iops_sec", sizeGib),
            rate(specs, "total_bytes_sec", sizeGib),
            rate(specs, "read_bytes_sec", sizeGib),
            rate(specs, "write_bytes_sec", sizeGib));
    return Optional.of(limits).filter(all -> !all.equals(IoLimits.NONE));
  }

  private static IoLimits.Rate rate(Map<String, String> specs, String name, long sizeGib) {
    long perGib = number(specs, name + "_per_gb");
    long perSecond = perGib > 0 ? Math.min(MAX, perGib * sizeGib) : number(specs, name);
    return perSecond == 0
        ? IoLimits.Rate.NONE
        : new IoLimits.Rate(perSecond, number(specs, name + "_max"));
  }

  private static long number(Map<String, String> specs, String name) {
    return Long.parseLong(specs.getOrDefault(name, "0"));
  }
}
