package io.virga.computeagent.agent;

import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.dataplane.operations.Health;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks libvirt every two seconds whether it is there, on a thread of its own, so that a libvirtd
 * that comes back is found at once, and has all instances looked at when it is, and every ten
 * seconds.
 */
final class HypervisorProbe implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int PROBES_PER_LOOK = 5;

  private static final Logger log = LoggerFactory.getLogger(HypervisorProbe.class);

  private final Hypervisor hypervisor;
  private final Runnable lookAtAll;
  private final Consumer<String> found;
  private final ScheduledExecutorService thread;
  private int untilLook;
  private boolean there;
  private volatile Health health = Health.degraded("libvirt has not answered yet");

  /**
   * Begins to ask.
   *
   * @param found is told the hypervisor's version whenever libvirt has come
   * @param thread one thread; ended by {@link #close}
   */
  HypervisorProbe(
      Hypervisor hypervisor,
      Runnable lookAtAll,
      Consumer<String> found,
      ScheduledExecutorService thread) {
    this.hypervisor = hypervisor;
    this.lookAtAll = lookAtAll;
    this.found = found;
    this.thread = thread;
    thread.scheduleWithFixedDelay(this::probe, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For {@code GET /health}. */
  Health health() {
    return health;
  }

  private void probe() {
    try {
      if (!there) {
        String version = hypervisor.version();
        there = true;
        untilLook = 0;
        health = Health.up(version);
        found.accept(version);
      }
      if (untilLook-- <= 0) {
        untilLook = PROBES_PER_LOOK - 1;
        lookAtAll.run();
      } else {
        // The answer is not needed, only that there is one.
        int instances = hypervisor.instances().size();
        log.trace("{} domains", instances);
      }
    } catch (HypervisorException e) {
      if (there) {
        log.warn("libvirt has gone: {}", e.getMessage());
      }
      there = false;
      health = Health.down("libvirt does not answer; guests go on without it");
    } catch (RuntimeException e) {
      log.error("the probe of libvirt failed", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
