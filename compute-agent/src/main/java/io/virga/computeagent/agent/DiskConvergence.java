package io.virga.computeagent.agent;

import io.virga.computeagent.domain.DeviceXml;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.LiveDomain;
import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.Hypervisor.Scope;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attaches to and detaches from a running guest. A guest lets go of a disk when it wants to: it is
 * asked every few seconds, and the disk counts as detached only when QEMU has let go of it.
 */
final class DiskConvergence {

  /** Between two requests to the same guest for the same disk. */
  static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /** After that the tenant is told; the guest is still asked. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(DiskConvergence.class);

  private final Hypervisor hypervisor;
  private final HostFacts facts;
  private final DiskSecrets secrets;

  DiskConvergence(Hypervisor hypervisor, HostFacts facts) {
    this.hypervisor = hypervisor;
    this.facts = facts;
    this.secrets = new DiskSecrets(hypervisor);
  }

  /**
   * How far it has come.
   *
   * @param detaching the disks that the guest has not let go of yet
   * @param failure the first thing that went wrong; the other disks were seen to all the same
   */
  record Progress(List<LiveDisk> detaching, Optional<HypervisorException> failure) {}

  /** Whether the guest and its definition have exactly the disks that are desired. */
  static boolean isConverged(InstanceSpec spec, DomainStatus status) {
    return same(spec.disks(), status.running().disks())
        && same(spec.disks(), status.definition().disks());
  }

  /** The volumes that the domain has and is not to have in the end. */
  static List<String> undesiredVolumes(InstanceSpec spec, DomainStatus status) {
    return Stream.concat(status.running().disks().stream(), status.definition().disks().stream())
        .map(LiveDisk::volumeId)
        .distinct()
        .filter(id -> spec.disks().stream().noneMatch(disk -> disk.target().volumeId().equals(id)))
        .toList();
  }

  /** One round of requests; look at the domain again after it. */
  Progress step(InstanceSpec spec, DomainStatus status, InstanceMemory memory, Instant now) {
    List<DiskSpec> inPlace = Successions.inPlace(spec, Optional.of(status)).disks();
    Optional<HypervisorException> failure = Optional.empty();
    List<LiveDisk> detaching = new ArrayList<>();
    for (LiveDisk disk : undesired(inPlace, status.running().disks())) {
      detaching.add(disk);
      failure = first(failure, attempt(() -> detachRunning(spec, status, disk, memory, now)));
    }
    for (LiveDisk disk : undesired(inPlace, status.definition().disks())) {
      if (!occupied(status, disk)) {
        failure = first(failure, attempt(() -> detach(spec.id(), disk, Scope.DEFINITION)));
      }
    }
    for (DiskSpec disk : spec.disks()) {
      Optional<LiveDisk> live = Successions.predecessor(disk, status);
      if (live.isPresent()) {
        failure = first(failure, attempt(() -> succeed(spec.id(), disk, live.get(), memory)));
      }
    }
    for (DiskSpec disk : inPlace) {
      Optional<Scope> scope = scopeOfAttach(disk, status);
      if (scope.isPresent()) {
        failure = first(failure, attempt(() -> attach(spec.id(), disk, scope.get(), memory)));
      }
    }
    return new Progress(detaching, failure);
  }

  /** The next step of the way to the successor of a disk that the guest has. */
  private void succeed(String instanceId, DiskSpec disk, LiveDisk live, InstanceMemory memory) {
    DiskSpec next = disk.target();
    Optional<LiveDomain.Copy> copy = live.copy();
    if (copy.isEmpty()) {
      log.info("instance {}: copy {} to {}", instanceId, live.exportName(), next.exportName());
      String xml = DeviceXml.disk(next, facts);
      secrets.during(
          instanceId, memory, List.of(next), () -> hypervisor.copy(instanceId, disk.device(), xml));
    } else if (!copy.get().exportName().equals(next.exportName())) {
      hypervisor.giveUpCopy(instanceId, disk.device());
    } else if (copy.get().ready()) {
      log.info("instance {}: goes on with {}", instanceId, next.exportName());
      hypervisor.switchToCopy(instanceId, disk.device());
    }
  }

  private void attach(String instanceId, DiskSpec disk, Scope scope, InstanceMemory memory) {
    String xml = DeviceXml.disk(disk, facts);
    secrets.during(
        instanceId, memory, List.of(disk), () -> hypervisor.attach(instanceId, xml, scope));
  }

  private void detachRunning(
      InstanceSpec spec, DomainStatus status, LiveDisk disk, InstanceMemory memory, Instant now) {
    if (!memory.mayAskToDetach(disk.exportName(), now)) {
      return;
    }
    memory.detachAsked(disk.exportName(), now);
    boolean defined = status.definition().disks().stream().anyMatch(other -> isSame(other, disk));
    detach(spec.id(), disk, defined ? Scope.RUNNING_AND_DEFINITION : Scope.RUNNING);
  }

  private void detach(String instanceId, LiveDisk disk, Scope scope) {
    log.info("instance {}: detach {} ({})", instanceId, disk.exportName(), scope);
    try {
      hypervisor.detach(instanceId, DeviceXml.disk(disk, facts), scope);
    } catch (HypervisorException e) {
      if (e.reason() != Reason.NO_DEVICE) {
        throw e;
      }
      log.info("instance {}: {} had gone already", instanceId, disk.exportName());
    }
  }

  /** Empty when there is nothing to attach, or its letter is still taken. */
  private static Optional<Scope> scopeOfAttach(DiskSpec disk, DomainStatus status) {
    boolean running =
        status.running().disks().stream().anyMatch(live -> Successions.isSame(disk, live));
    boolean defined =
        status.definition().disks().stream().anyMatch(live -> Successions.isSame(disk, live));
    boolean runningTaken = !running && taken(disk.device(), status.running().disks());
    boolean definedTaken = !defined && taken(disk.device(), status.definition().disks());
    if (running && defined || runningTaken || definedTaken) {
      return Optional.empty();
    }
    return Optional.of(
        running ? Scope.DEFINITION : defined ? Scope.RUNNING : Scope.RUNNING_AND_DEFINITION);
  }

  private static boolean occupied(DomainStatus status, LiveDisk disk) {
    return status.running().disks().stream().anyMatch(live -> isSame(live, disk));
  }

  private static boolean taken(String device, List<LiveDisk> disks) {
    return disks.stream().anyMatch(live -> live.device().equals(device));
  }

  private static List<LiveDisk> undesired(List<DiskSpec> desired, List<LiveDisk> disks) {
    return disks.stream()
        .filter(live -> desired.stream().noneMatch(disk -> Successions.isSame(disk, live)))
        .toList();
  }

  private static boolean same(List<DiskSpec> desired, List<LiveDisk> live) {
    return desired.size() == live.size()
        && desired.stream()
            .allMatch(d -> live.stream().anyMatch(l -> Successions.isSame(d.target(), l)));
  }

  private static boolean isSame(LiveDisk one, LiveDisk other) {
    return one.device().equals(other.device()) && one.exportName().equals(other.exportName());
  }

  /** What went wrong, if anything; it is logged. */
  static Optional<HypervisorException> attempt(Runnable action) {
    try {
      action.run();
      return Optional.empty();
    } catch (HypervisorException e) {
      log.warn("{}", e.getMessage());
      return Optional.of(e);
    }
  }

  private static Optional<HypervisorException> first(
      Optional<HypervisorException> one, Optional<HypervisorException> other) {
    return one.isPresent() ? one : other;
  }
}
