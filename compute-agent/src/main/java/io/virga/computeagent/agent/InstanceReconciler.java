package io.virga.computeagent.agent;

import io.virga.computeagent.agent.Observations.Power;
import io.virga.computeagent.domain.AppliedState;
import io.virga.computeagent.domain.DomainXml;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at an instance and does the next step towards its desired state; blocks. One look at a time
 * for each instance. It may be killed between any two calls: the next look goes on from what it
 * finds.
 *
 * <pre>
 * desired    found                     what is done
 * ABSENT     anything                  destroy, undefine, remove the folder
 * STOPPED    no domain                 define
 * STOPPED    running                   power button every 10 s, destroy after 60 s
 * STOPPED    off, saved                forget what was saved, define anew if anything differs
 * RUNNING    no domain, off            define, start paused, see to its disks, note it, resume
 * RUNNING    off, by the guest itself  left off until the next generation
 * RUNNING    off, by a fault           started again: at once, then after 2 s, 4 s … 5 min
 * RUNNING    saved                     note it, load it paused, see to its disks, resume
 * RUNNING    paused                    see to its disks, resume; hard reboots that are asked for
 * RUNNING    running                   reboots that are asked for, then disks and cards
 * PAUSED     running                   note it, pause
 * PAUSED     paused                    disks and cards
 * SUSPENDED  running, paused           disks and cards, then save
 * PAUSED, SUSPENDED  off               as STOPPED: there is nothing to go on from
 * </pre>
 *
 * Memory and processors of a running guest change at its next start.
 */
final class InstanceReconciler {

  static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(60);
  static final Duration ASK_AGAIN = Duration.ofSeconds(10);
  static final Duration SOFT_REBOOT_PATIENCE = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LATER = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(InstanceReconciler.class);

  private final Hypervisor hypervisor;
  private final HostFacts facts;
  private final InstanceFiles files;
  private final InstantSource clock;
  private final DiskConvergence disks;
  private final NicConvergence nics;
  private final NbdReconnect reconnect;
  private final DiskSecrets secrets;

  InstanceReconciler(
      Hypervisor hypervisor, HostFacts facts, InstanceFiles files, InstantSource clock) {
    this.hypervisor = hypervisor;
    this.facts = facts;
    this.files = files;
    this.clock = clock;
    this.disks = new DiskConvergence(hypervisor, facts);
    this.nics = new NicConvergence(hypervisor, facts);
    this.reconnect = new NbdReconnect(hypervisor, facts);
    this.secrets = new DiskSecrets(hypervisor);
  }

  /**
   * Does the next step.
   *
   * @throws io.virga.computeagent.libvirt.HypervisorException if a step could not be done; it is to
   *     be tried again
   */
  Outcome reconcile(InstanceSpec spec, InstanceMemory memory) {
    secrets.forget(spec.id(), memory);
    Optional<DomainStatus> status = hypervisor.find(spec.id());
    return switch (spec.power()) {
      case ABSENT -> absent(spec, status);
      case STOPPED -> stopped(spec, status, memory);
      case PAUSED, SUSPENDED ->
          status.filter(found -> found.phase().active() || found.phase() == Phase.SAVED).isEmpty()
              ? stopped(spec, status, memory)
              : halted(spec, status.get(), memory);
      case RUNNING ->
          status.isEmpty()
              ? start(spec, AppliedState.NONE, memory)
              : running(spec, status.get(), memory);
    };
  }

  private Outcome absent(InstanceSpec spec, Optional<DomainStatus> status) {
    if (status.isPresent()) {
      if (status.get().phase().active()) {
        hypervisor.destroy(spec.id());
      }
      hypervisor.undefine(spec.id());
      log.info("instance {}: removed", spec.id());
    }
    files.delete(spec.id());
    return Outcome.settled(Observations.absent(spec));
  }

  private Outcome stopped(
      InstanceSpec desired, Optional<DomainStatus> found, InstanceMemory memory) {
    // No disk is copied of a guest that does not run.
    InstanceSpec spec = Successions.inPlace(desired, found);
    if (found.isEmpty()) {
      AppliedState applied = AppliedState.NONE.at(spec);
      define(spec, applied);
      return Outcome.settled(Observations.ready(spec, Power.STOPPED, applied));
    }
    DomainStatus status = found.get();
    AppliedState applied = status.definition().applied();
    if (status.phase().active()) {
      Outcome underWay = Outcome.underWay(pending(spec, Power.RUNNING, status), LATER);
      shutDown(spec, status.phase(), memory);
      return underWay;
    }
    memory.shutdownDone();
    if (status.phase() == Phase.SAVED) {
      hypervisor.forgetSaved(spec.id());
    }
    if (applied.generation() == spec.generation() && isConverged(spec, status)) {
      return Outcome.settled(Observations.ready(spec, Power.STOPPED, applied));
    }
    AppliedState next = withoutDetached(spec, status).at(spec);
    define(spec, next);
    return Outcome.settled(Observations.ready(spec, Power.STOPPED, next));
  }

  /** A guest that is there and shall not run: paused, or saved. */
  private Outcome halted(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    AppliedState applied = status.definition().applied();
    boolean save = spec.power() == PowerState.SUSPENDED;
    return switch (status.phase()) {
      case SAVED -> save ? saved(spec, status) : load(spec, status, memory);
      case ENDING -> Outcome.underWay(pending(spec, Power.RUNNING, status), SOON);
      case RUNNING -> {
        if (save) {
          yield save(spec, status, applied.paused(false), memory);
        }
        hypervisor.writeApplied(spec.id(), applied.paused(true));
        hypervisor.pause(spec.id());
        yield Outcome.underWay(pending(spec, Power.PAUSED, status), SOON);
      }
      case PAUSED -> {
        if (save) {
          yield save(spec, status, applied, memory);
        }
        yield live(spec, status, applied.paused(true), memory);
      }
      // What it waits for is done first: it is to be had back as it is.
      case PAUSED_BY_DISK -> paused(spec, status, memory);
      case CRASHED -> {
        hypervisor.destroy(spec.id());
        yield Outcome.underWay(pending(spec, Power.CRASHED, status), SOON);
      }
      case OFF, OFF_BY_GUEST -> stopped(spec, Optional.of(status), memory);
    };
  }

  /** Saved with the devices that it is to have, since those are what it is loaded with. */
  private Outcome save(
      InstanceSpec spec, DomainStatus status, AppliedState applied, InstanceMemory memory) {
    Optional<Outcome> before =
        isConverged(spec, status)
            ? Optional.empty()
            : Optional.of(live(spec, status, applied, memory));
    if (before.isEmpty()) {
      hypervisor.save(spec.id());
    }
    return before
        .filter(outcome -> outcome.observed().status() == ObservedState.Status.FAILED)
        .orElseGet(() -> Outcome.underWay(pending(spec, Power.RUNNING, status), SOON));
  }

  private Outcome saved(InstanceSpec spec, DomainStatus status) {
    AppliedState applied = status.definition().applied();
    if (applied.generation() != spec.generation()) {
      applied = applied.at(spec);
      hypervisor.writeApplied(spec.id(), applied);
      log.info("instance {}: its memory is saved", spec.id());
    }
    return Outcome.settled(Observations.ready(spec, Power.SUSPENDED, confirmed(applied, status)));
  }

  /** Loads a saved guest; it is paused then, and that is noted before. */
  private Outcome load(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    hypervisor.writeApplied(spec.id(), status.definition().applied().paused(true));
    secrets.during(spec.id(), memory, spec.disks(), () -> hypervisor.startPaused(spec.id()));
    memory.started(clock.instant());
    log.info("instance {}: goes on from its saved memory", spec.id());
    return Outcome.underWay(pending(spec, Power.PAUSED, status), SOON);
  }

  private void shutDown(InstanceSpec spec, Phase phase, InstanceMemory memory) {
    Instant now = clock.instant();
    boolean patient =
        memory.shutdownAskedFirst().isEmpty()
            || now.isBefore(memory.shutdownAskedFirst().get().plus(SHUTDOWN_PATIENCE));
    boolean listens = phase == Phase.RUNNING || phase == Phase.ENDING;
    if (!patient || !listens) {
      log.info("instance {}: destroyed, it did not shut down", spec.id());
      hypervisor.destroy(spec.id());
    } else if (memory.shutdownAskedLast().isEmpty()
        || !now.isBefore(memory.shutdownAskedLast().get().plus(ASK_AGAIN))) {
      hypervisor.requestShutdown(spec.id());
      memory.shutdownAsked(now);
    }
  }

  private Outcome running(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    return switch (status.phase()) {
      case OFF_BY_GUEST -> offByGuest(spec, status, memory);
      case SAVED -> {
        if (spec.hardReboots() > status.definition().applied().hardReboots()) {
          hypervisor.forgetSaved(spec.id());
          yield start(spec, withoutDetached(spec, status), memory);
        }
        yield load(spec, status, memory);
      }
      case OFF -> off(spec, status, memory);
      case CRASHED -> {
        hypervisor.destroy(spec.id());
        yield off(spec, status, memory);
      }
      case ENDING -> Outcome.underWay(pending(spec, Power.RUNNING, status), SOON);
      case PAUSED, PAUSED_BY_DISK -> paused(spec, status, memory);
      case RUNNING -> rebooted(spec, status, memory);
    };
  }

  private Outcome offByGuest(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    AppliedState applied = status.definition().applied();
    if (applied.generation() < spec.generation()) {
      return start(spec, withoutDetached(spec, status), memory);
    }
    AppliedState halted = applied;
    if (applied.haltedGeneration() < spec.generation()) {
      // libvirt forgets the reason when it is restarted.
      halted = applied.halted(spec);
      hypervisor.writeApplied(spec.id(), halted);
      log.info("instance {}: the guest has switched itself off", spec.id());
    }
    return Outcome.settled(Observations.ready(spec, Power.STOPPED, confirmed(halted, status)));
  }

  private Outcome off(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    AppliedState applied = status.definition().applied();
    if (applied.haltedGeneration() >= spec.generation()) {
      return Outcome.settled(Observations.ready(spec, Power.STOPPED, confirmed(applied, status)));
    }
    boolean hasRun = applied.startedAt().isPresent();
    if (!hasRun || applied.generation() < spec.generation()) {
      return start(spec, withoutDetached(spec, status), memory);
    }
    Instant now = clock.instant();
    Instant notBefore = memory.restartNotBefore(now);
    if (now.isBefore(notBefore)) {
      return Outcome.underWay(
          pending(spec, Power.CRASHED, status), Duration.between(now, notBefore));
    }
    log.warn("instance {}: its QEMU has gone, start it again", spec.id());
    memory.crashed();
    return start(spec, withoutDetached(spec, status), memory);
  }

  private Outcome paused(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    AppliedState applied = status.definition().applied();
    boolean unfinished =
        status.phase() == Phase.PAUSED
            && !applied.paused()
            && spec.generation() > applied.generation();
    if (unfinished || spec.hardReboots() > applied.hardReboots()) {
      // Of a start that was not finished nothing has run yet, so begin it anew.
      hypervisor.destroy(spec.id());
      return start(spec, withoutDetached(spec, status), memory);
    }
    log.info("instance {}: goes on ({})", spec.id(), status.phase());
    reconnect.ensure(spec.id(), status, memory.reconnecting(status.runId()));
    hypervisor.resume(spec.id());
    return Outcome.underWay(pending(spec, Power.RUNNING, status), LATER);
  }

  private Outcome rebooted(InstanceSpec spec, DomainStatus status, InstanceMemory memory) {
    AppliedState applied = status.definition().applied().paused(false);
    Instant now = clock.instant();
    boolean tooSlow =
        memory.softRebootDeadline().filter(deadline -> !now.isBefore(deadline)).isPresent();
    if (spec.hardReboots() > applied.hardReboots() || tooSlow) {
      log.info("instance {}: hard reboot", spec.id());
      hypervisor.destroy(spec.id());
      return start(spec, withoutDetached(spec, status), memory);
    }
    if (spec.softReboots() > applied.softReboots()) {
      applied = applied.softRebooted(spec);
      hypervisor.writeApplied(spec.id(), applied);
      memory.softRebootBegun(now.plus(SOFT_REBOOT_PATIENCE));
      requestReboot(spec, memory, now);
    } else if (memory.softRebootDeadline().isPresent()
        && !now.isBefore(memory.softRebootAskedLast().plus(ASK_AGAIN))) {
      // A guest that is coming up does not hear the button yet.
      requestReboot(spec, memory, now);
    }
    return live(spec, status, applied, memory);
  }

  private void requestReboot(InstanceSpec spec, InstanceMemory memory, Instant now) {
    memory.softRebootAsked(now);
    hypervisor.requestReboot(spec.id());
  }

  /**
   * Sees to the disks and cards of a guest that is there.
   *
   * @param applied what is to be noted of it at least
   */
  private Outcome live(
      InstanceSpec spec, DomainStatus before, AppliedState applied, InstanceMemory memory) {
    AppliedState asked = applied.detached(DiskConvergence.undesiredVolumes(spec, before), spec);
    if (!asked.equals(before.definition().applied())) {
      hypervisor.writeApplied(spec.id(), asked);
    }
    DiskConvergence.Progress progress = disks.step(spec, before, memory, clock.instant());
    Optional<HypervisorException> unplugged = nics.step(spec, before, memory, clock.instant());
    DomainStatus after = hypervisor.find(spec.id()).orElse(before);
    if (after.phase().active()) {
      reconnect.ensure(spec.id(), after, memory.reconnecting(after.runId()));
    }
    boolean converged = isConverged(spec, after);
    AppliedState next = converged ? asked.at(spec) : asked;
    if (!next.equals(asked)) {
      hypervisor.writeApplied(spec.id(), next);
    }
    Optional<HypervisorException> failure = progress.failure().or(() -> unplugged);
    if (failure.isPresent()) {
      throw failure.get();
    }
    next = confirmed(next, after);
    Power power = spec.power() == PowerState.PAUSED ? Power.PAUSED : Power.RUNNING;
    ObservedState pending = Observations.pending(spec, power, next);
    if (!converged) {
      Outcome outcome = Outcome.underWay(pending, SOON);
      return overdue(progress, memory).map(outcome::failed).orElse(outcome);
    }
    return memory.softRebootDeadline().isPresent()
        ? Outcome.underWay(pending, LATER)
        : Outcome.settled(Observations.ready(spec, power, next));
  }

  private static boolean isConverged(InstanceSpec spec, DomainStatus status) {
    return DiskConvergence.isConverged(spec, status) && NicConvergence.isConverged(spec, status);
  }

  private Optional<String> overdue(DiskConvergence.Progress progress, InstanceMemory memory) {
    Instant limit = clock.instant().minus(DiskConvergence.PATIENCE);
    return progress.detaching().stream()
        .filter(
            disk -> memory.detachAskedFirst(disk.exportName()).filter(limit::isAfter).isPresent())
        .findFirst()
        .map(
            disk ->
                "The guest does not let go of volume "
                    + disk.volumeId()
                    + "; unmount it there. It is asked again every few seconds.");
  }

  private Outcome start(InstanceSpec desired, AppliedState applied, InstanceMemory memory) {
    InstanceSpec spec = Successions.inPlace(desired, hypervisor.find(desired.id()));
    AppliedState before = applied.detached(List.of(), spec).paused(false);
    define(spec, before);
    secrets.during(spec.id(), memory, spec.disks(), () -> hypervisor.startPaused(spec.id()));
    DomainStatus status =
        hypervisor
            .find(spec.id())
            .orElseThrow(
                () -> new HypervisorException(Reason.WRONG_STATE, "a started domain is gone"));
    reconnect.ensure(spec.id(), status, memory.reconnecting(status.runId()));
    // Noted before the guest runs its first instruction: a reboot is never carried out twice.
    AppliedState started = before.started(spec, clock.instant());
    hypervisor.writeApplied(spec.id(), started);
    hypervisor.resume(spec.id());
    memory.started(clock.instant());
    log.info("instance {}: started, generation {}", spec.id(), spec.generation());
    return Outcome.settled(Observations.ready(spec, Power.RUNNING, started));
  }

  private void define(InstanceSpec spec, AppliedState applied) {
    files.prepare(spec);
    hypervisor.define(DomainXml.of(spec, facts, applied));
  }

  private static AppliedState withoutDetached(InstanceSpec desired, DomainStatus status) {
    InstanceSpec spec = Successions.inPlace(desired, Optional.of(status));
    return status
        .definition()
        .applied()
        .detached(DiskConvergence.undesiredVolumes(spec, status), spec);
  }

  private static ObservedState pending(InstanceSpec spec, Power power, DomainStatus status) {
    return Observations.pending(spec, power, confirmed(status.definition().applied(), status));
  }

  private static AppliedState confirmed(AppliedState applied, DomainStatus status) {
    return applied.confirmedBy(status.running(), status.definition());
  }
}
