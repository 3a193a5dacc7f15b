package io.virga.objectstore;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.virga.objectstore.audit.AuditMetrics;
import io.virga.objectstore.audit.Auditor;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceMetrics;
import io.virga.objectstore.http.RequestObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What Prometheus is told of this process. */
final class NodeMetrics implements RequestObserver {

  private final MeterRegistry registry;
  private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

  private record Answered(String operation, int status) {}

  NodeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void answered(String operation, int status, long nanos) {
    timers
        .computeIfAbsent(new Answered(operation, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Answered answered) {
    String[] parts = answered.operation().split("\\.", 2);
    return Timer.builder("virga.object.requests")
        .tag("api", parts[0])
        .tag("operation", parts.length > 1 ? parts[1] : "other")
        .tag("status", Integer.toString(answered.status()))
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(5))
        .register(registry);
  }

  void bind(Device device) {
    Gauge.builder("virga.object.data.reserved.bytes", device, Device::reservedBytes)
        .tag("device", device.name())
        .register(registry);
    Gauge.builder("virga.object.data.live.bytes", device, Device::liveBytes)
        .tag("device", device.name())
        .register(registry);
  }

  void bind(String device, Auditor auditor) {
    Gauge.builder("virga.object.audit.lost", auditor, Auditor::lost)
        .tag("device", device)
        .register(registry);
    Gauge.builder("virga.object.audit.pass.bytes", auditor, Auditor::passBytes)
        .tag("device", device)
        .register(registry);
    Gauge.builder("virga.object.audit.quarantined", auditor, Auditor::quarantined)
        .tag("device", device)
        .register(registry);
  }

  AuditMetrics audit(String device) {
    Counter objects = audit(device, "objects");
    Counter bytes = audit(device, "bytes");
    Counter damaged = audit(device, "damaged");
    Counter repaired = audit(device, "repaired");
    Counter purged = audit(device, "purged");
    return new AuditMetrics() {
      @Override
      public void audited(long size) {
        objects.increment();
        bytes.increment(size);
      }

      @Override
      public void damaged() {
        damaged.increment();
      }

      @Override
      public void repaired() {
        repaired.increment();
      }

      @Override
      public void purged(long rows) {
        purged.increment(rows);
      }
    };
  }

  private Counter audit(String device, String what) {
    return Counter.builder("virga.object.audit." + what).tag("device", device).register(registry);
  }

  DeviceMetrics device(String name) {
    Timer groups = Timer.builder("virga.object.commits").tag("device", name).register(registry);
    DistributionSummary sizes =
        DistributionSummary.builder("virga.object.commit.changes")
            .tag("device", name)
            .register(registry);
    Counter read =
        Counter.builder("virga.object.data.read.bytes").tag("device", name).register(registry);
    Counter damaged =
        Counter.builder("virga.object.damaged.blocks").tag("device", name).register(registry);
    return new DeviceMetrics() {
      @Override
      public void committed(int changes, long nanos) {
        groups.record(nanos, TimeUnit.NANOSECONDS);
        sizes.record(changes);
      }

      @Override
      public void read(long bytes) {
        read.increment(bytes);
      }

      @Override
      public void damaged() {
        damaged.increment();
      }
    };
  }
}
