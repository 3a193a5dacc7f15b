package io.virga.computeagent.agent;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.libvirt.DomainStatus;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import java.util.List;
import java.util.Optional;

/**
 * Disks that others take over from. What is in place is the disk itself until its guest has been
 * switched over to the copy: the domain says which of the two, and a domain that is gone, the disk.
 */
final class Successions {

  private Successions() {}

  /** The instance with each disk that is in place of those two. */
  static InstanceSpec inPlace(InstanceSpec spec, Optional<DomainStatus> status) {
    return spec.with(spec.disks().stream().map(disk -> inPlace(disk, status)).toList());
  }

  private static DiskSpec inPlace(DiskSpec disk, Optional<DomainStatus> status) {
    boolean over = status.filter(found -> hasTakenOver(disk, found)).isPresent();
    return over ? disk.target() : disk.itself();
  }

  private static boolean hasTakenOver(DiskSpec disk, DomainStatus status) {
    return has(status.running().disks(), disk.target())
        || has(status.definition().disks(), disk.target())
            && !has(status.running().disks(), disk.itself());
  }

  /** The disk of the running guest that is being copied to its successor, or is to be. */
  static Optional<LiveDisk> predecessor(DiskSpec disk, DomainStatus status) {
    return disk.successor().isEmpty()
        ? Optional.empty()
        : status.running().disks().stream().filter(live -> isSame(disk, live)).findFirst();
  }

  private static boolean has(List<LiveDisk> disks, DiskSpec wanted) {
    return disks.stream().anyMatch(live -> isSame(wanted, live));
  }

  static boolean isSame(DiskSpec disk, LiveDisk live) {
    return disk.device().equals(live.device()) && disk.exportName().equals(live.exportName());
  }
}
