package io.virga.computeagent.agent;

import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import java.util.List;

/**
 * The secrets by which disks are opened over iSCSI. libvirt knows them no longer than it takes to
 * hand them to QEMU, which needs them again only when it reconnects, and keeps them for that.
 */
final class DiskSecrets {

  private final Hypervisor hypervisor;

  DiskSecrets(Hypervisor hypervisor) {
    this.hypervisor = hypervisor;
  }

  /** Does what opens the disks of an instance. */
  void during(String instanceId, InstanceMemory memory, List<DiskSpec> disks, Runnable opening) {
    if (disks.stream().allMatch(disk -> disk.iscsi().isEmpty())) {
      opening.run();
      return;
    }
    memory.secretsKept(true);
    for (DiskSpec disk : disks) {
      disk.iscsi()
          .ifPresent(
              from -> hypervisor.keepSecret(instanceId, disk.exportName(), from.access().secret()));
    }
    try {
      opening.run();
    } finally {
      forget(instanceId, memory);
    }
  }

  /** Has libvirt forget what an agent that was killed, or a call that failed, has left. */
  void forget(String instanceId, InstanceMemory memory) {
    if (memory.secretsKept()) {
      hypervisor.forgetSecrets(instanceId);
      memory.secretsKept(false);
    }
  }
}
