package io.virga.blockstore.agent;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.ScrubReport;
import io.virga.dataplane.operations.Health;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What an operator sees of each pool. */
final class PoolMeters {

  private PoolMeters() {}

  /** Meters with the tag {@code pool}, its directory. */
  static void register(MeterRegistry registry, Path directory, Pool pool) {
    Gauges gauges = new Gauges(registry, Tags.of("pool", directory.toString()), pool);
    gauges.add("capacity.bytes", each -> each.lastUsage().capacityBytes());
    gauges.add("used.bytes", each -> each.lastUsage().usedBytes());
    gauges.add("given.back.bytes", each -> each.lastUsage().givenBackBytes());
    gauges.add("commits", each -> each.lastUsage().commits());
    gauges.add("maps.read", each -> each.lastUsage().mapsRead() ? 1 : 0);
    gauges.add("broken", each -> each.isBroken() ? 1 : 0);
    gauges.add("scrub.passes", each -> each.scrubReport().passes());
    gauges.add("scrub.read.slots", each -> each.scrubReport().slotsRead());
    gauges.add("scrub.unreadable", each -> each.scrubReport().unreadable());
    gauges.add("scrub.inconsistent", each -> each.scrubReport().inconsistent());
  }

  /**
   * Pools that are missing or broken stop their volumes; what a scrub has found may be somebody's
   * data.
   */
  static Health health(Pools all) {
    if (!all.missing().isEmpty()) {
      return Health.down(String.join("; ", all.missing()));
    }
    List<Pool> pools = all.open();
    long broken = pools.stream().filter(Pool::isBroken).count();
    if (broken > 0) {
      return Health.down(broken + " have failed to write and must be opened anew");
    }
    Optional<ScrubReport> worst =
        pools.stream().map(Pool::scrubReport).filter(ScrubReport::hasFindings).findFirst();
    return worst
        .map(
            report ->
                Health.degraded(
                    "scrub: %d unreadable, %d inconsistent; last: %s"
                        .formatted(
                            report.unreadable(), report.inconsistent(), report.lastFinding())))
        .orElseGet(() -> Health.up(pools.size() + " open"));
  }

  private record Gauges(MeterRegistry registry, Tags tags, Pool pool) {

    void add(String name, ToDoubleFunction<Pool> value) {
      registry.gauge("virga.blockstore.pool." + name, tags, pool, value);
    }
  }
}
