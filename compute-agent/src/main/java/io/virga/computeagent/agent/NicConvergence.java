package io.virga.computeagent.agent;

import io.virga.computeagent.domain.DeviceXml;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.Hypervisor.Scope;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugs cards into a running guest and out of it. As with disks, the guest lets go of a card when
 * it wants to, and is asked every few seconds; its port is dead by then.
 */
final class NicConvergence {

  private static final Logger log = LoggerFactory.getLogger(NicConvergence.class);

  private final Hypervisor hypervisor;
  private final HostFacts facts;

  NicConvergence(Hypervisor hypervisor, HostFacts facts) {
    this.hypervisor = hypervisor;
    this.facts = facts;
  }

  /** Whether the guest and its definition have exactly the cards that are desired. */
  static boolean isConverged(InstanceSpec spec, DomainStatus status) {
    return same(spec.nics(), status.running().nics())
        && same(spec.nics(), status.definition().nics());
  }

  /** One round of requests; the first thing that went wrong, if any. */
  Optional<HypervisorException> step(
      InstanceSpec spec, DomainStatus status, InstanceMemory memory, Instant now) {
    Optional<HypervisorException> failure = Optional.empty();
    for (LiveNic nic : undesired(spec, status.running().nics())) {
      if (memory.mayAskToDetach(nic.portId(), now)) {
        memory.detachAsked(nic.portId(), now);
        boolean defined = has(status.definition().nics(), nic.portId());
        Scope scope = defined ? Scope.RUNNING_AND_DEFINITION : Scope.RUNNING;
        failure = failure.or(() -> DiskConvergence.attempt(() -> detach(spec.id(), nic, scope)));
      }
    }
    for (LiveNic nic : undesired(spec, status.definition().nics())) {
      if (!has(status.running().nics(), nic.portId())) {
        failure =
            failure.or(
                () -> DiskConvergence.attempt(() -> detach(spec.id(), nic, Scope.DEFINITION)));
      }
    }
    for (NicSpec nic : spec.nics()) {
      boolean running = has(status.running().nics(), nic.portId());
      boolean defined = has(status.definition().nics(), nic.portId());
      if (!running || !defined) {
        Scope scope =
            running ? Scope.DEFINITION : defined ? Scope.RUNNING : Scope.RUNNING_AND_DEFINITION;
        failure = failure.or(() -> DiskConvergence.attempt(() -> attach(spec.id(), nic, scope)));
      }
    }
    return failure;
  }

  private void attach(String instanceId, NicSpec nic, Scope scope) {
    log.info("instance {}: plug port {} in ({})", instanceId, nic.portId(), scope);
    hypervisor.attach(instanceId, DeviceXml.nic(nic, facts), scope);
  }

  private void detach(String instanceId, LiveNic nic, Scope scope) {
    log.info("instance {}: unplug port {} ({})", instanceId, nic.portId(), scope);
    try {
      hypervisor.detach(instanceId, DeviceXml.nic(nic, facts), scope);
    } catch (HypervisorException e) {
      if (e.reason() != Reason.NO_DEVICE) {
        throw e;
      }
      log.info("instance {}: port {} had gone already", instanceId, nic.portId());
    }
  }

  private static List<LiveNic> undesired(InstanceSpec spec, List<LiveNic> nics) {
    return nics.stream()
        .filter(live -> spec.nics().stream().noneMatch(nic -> nic.portId().equals(live.portId())))
        .toList();
  }

  private static boolean same(List<NicSpec> desired, List<LiveNic> live) {
    return desired.size() == live.size()
        && desired.stream().allMatch(nic -> has(live, nic.portId()));
  }

  private static boolean has(List<LiveNic> nics, String portId) {
    return nics.stream().anyMatch(nic -> nic.portId().equals(portId));
  }
}
