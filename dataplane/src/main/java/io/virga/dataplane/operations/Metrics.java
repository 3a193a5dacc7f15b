package io.virga.dataplane.operations;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;

/** The meters of a process, with those of the JVM and of the buffer pool already in. */
public final class Metrics implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  private Metrics() {}

  /** The meters of the service. */
  public static Metrics of(String service) {
    Metrics metrics = new Metrics();
    metrics.registry.config().commonTags("service", service);
    new JvmMemoryMetrics().bindTo(metrics.registry);
    new JvmThreadMetrics().bindTo(metrics.registry);
    new ProcessorMetrics().bindTo(metrics.registry);
    new UptimeMetrics().bindTo(metrics.registry);
    new NettyAllocatorMetrics(PooledByteBufAllocator.DEFAULT).bindTo(metrics.registry);
    metrics.garbageCollection.bindTo(metrics.registry);
    return metrics;
  }

  /** Where the parts put their own meters. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** A gauge that is always 1 and tells something in its tag. */
  public void information(String name, String tag, String value) {
    Gauge.builder(name, () -> 1).tag(tag, value).register(registry);
  }

  /** The text that Prometheus scrapes. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
