package io.virga.computeagent.agent;

import io.virga.computeagent.agent.Observations.Power;
import io.virga.computeagent.domain.AppliedState;
import io.virga.computeagent.libvirt.DomainListener;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import io.virga.dataplane.watch.WatchListener;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this host's instances as control wants them. An instance is looked at when control has
 * changed it, when libvirt tells of it, when a step is to be followed by another, and every ten
 * seconds.
 */
final class ComputeAgent implements WatchListener, DomainListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ComputeAgent.class);

  private final Hypervisor hypervisor;
  private final InstanceReconciler instances;
  private final Consumer<ObservedState> report;
  private final Runnable resend;
  private final ScheduledExecutorService timer;
  private final Reconciler<String> reconciler;
  private final Map<String, InstanceMemory> memories = new ConcurrentHashMap<>();
  private final Map<String, ObservedState> lastTold = new ConcurrentHashMap<>();
  private volatile DesiredView view = DesiredView.nothing();

  /**
   * An agent at rest.
   *
   * @param report takes what control shall know
   * @param resend tells all of it again
   * @param workers run the blocking looks, so many at once; their owner ends them
   * @param timer wakes; its owner ends it
   */
  ComputeAgent(
      Hypervisor hypervisor, InstanceReconciler instances, Reports reports, Workers workers) {
    this.hypervisor = hypervisor;
    this.instances = instances;
    this.report = reports.report();
    this.resend = reports.resend();
    this.timer = workers.timer();
    this.reconciler =
        new Reconciler<>(
            this::look, workers.count(), workers.pool(), workers.timer(), workers.patience());
  }

  /** The way to control. */
  record Reports(Consumer<ObservedState> report, Runnable resend) {}

  /** The threads. */
  record Workers(
      ExecutorService pool,
      int count,
      ScheduledExecutorService timer,
      Reconciler.Patience patience) {}

  @Override
  public void connected() {
    resend.run();
  }

  @Override
  public void changed(DesiredView newView, Map<Kind, Set<String>> changed) {
    view = newView;
    reconciler.enqueueAll(changed.getOrDefault(Kind.INSTANCE, Set.of()));
  }

  @Override
  public void changed(String instanceId) {
    reconciler.enqueue(instanceId);
  }

  @Override
  public void rebooted(String instanceId) {
    memory(instanceId).guestRebooted();
    reconciler.enqueue(instanceId);
  }

  /** Has every instance looked at that is desired or there. Blocks. */
  void lookAtAll() {
    reconciler.enqueueAll(view.of(Kind.INSTANCE).keySet());
    reconciler.enqueueAll(hypervisor.instances());
  }

  /** How many instances have failed and not succeeded since. */
  int failing() {
    return reconciler.failing();
  }

  /** How many instances wait for a look or have one. */
  int backlog() {
    return reconciler.backlog();
  }

  /** How many instances are desired here. */
  int desired() {
    return view.of(Kind.INSTANCE).size();
  }

  private void look(String instanceId) {
    DesiredState desired = view.of(Kind.INSTANCE).get(instanceId);
    if (desired instanceof InstanceSpec spec) {
      look(spec);
    } else if (view.isComplete()) {
      memories.remove(instanceId);
      hypervisor
          .find(instanceId)
          .ifPresentOrElse(
              status -> tellOfUnknown(instanceId, status), () -> lastTold.remove(instanceId));
    }
  }

  private void look(InstanceSpec spec) {
    try {
      Outcome outcome = instances.reconcile(spec, memory(spec.id()));
      tell(outcome.observed());
      outcome.again().ifPresent(delay -> lookAgain(spec.id(), delay));
    } catch (HypervisorException e) {
      tell(inTrouble(spec, e));
      throw e;
    } catch (UncheckedIOException e) {
      tell(troubled(spec, Status.FAILED, Optional.of("The host could not prepare the instance.")));
      throw e;
    }
  }

  private void lookAgain(String instanceId, Duration delay) {
    timer.schedule(() -> reconciler.enqueue(instanceId), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tell(ObservedState state) {
    lastTold.put(state.id(), state);
    report.accept(state);
  }

  private ObservedState inTrouble(InstanceSpec spec, HypervisorException e) {
    return switch (e.reason()) {
      case AWAY, DISK_AWAY, WRONG_STATE -> troubled(spec, Status.PENDING, Optional.empty());
      case NO_DOMAIN, NO_DEVICE, NO_SECRET, NOT_SUPPORTED, REFUSED ->
          troubled(spec, Status.FAILED, Optional.of(e.forTenant()));
    };
  }

  private ObservedState troubled(InstanceSpec spec, Status status, Optional<String> error) {
    Map<String, String> details =
        Optional.ofNullable(lastTold.get(spec.id())).map(ObservedState::details).orElse(Map.of());
    return new ObservedState(
        Kind.INSTANCE.wireName(), spec.id(), spec.generation(), status, error, details);
  }

  private void tellOfUnknown(String instanceId, DomainStatus status) {
    AppliedState applied = status.definition().applied();
    Power power = status.phase().active() ? Power.RUNNING : Power.STOPPED;
    ObservedState state = Observations.unknown(instanceId, power, applied);
    if (!state.equals(lastTold.get(instanceId))) {
      log.warn("instance {}: is here ({}), and control does not name it", instanceId, power);
      tell(state);
    }
  }

  private InstanceMemory memory(String instanceId) {
    return memories.computeIfAbsent(instanceId, id -> new InstanceMemory());
  }

  @Override
  public void close() {
    reconciler.close();
  }
}
