package io.virga.computeagent.facts;

import io.virga.computeagent.domain.VirtType;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.Map;
import java.util.Optional;

/** The report of kind {@code host} (docs/ARCHITECTURE.md §11). */
public final class HostReport {

  private HostReport() {}

  /** What control is told of the host. */
  public static ObservedState of(
      String host,
      HostCapacity capacity,
      VirtType virtType,
      String hypervisorVersion,
      String consoleUrl) {
    return new ObservedState(
        "host",
        host,
        1,
        Status.READY,
        Optional.empty(),
        Map.of(
            "vcpus", Integer.toString(capacity.vcpus()),
            "memoryBytes", Long.toString(capacity.memoryBytes()),
            "diskBytes", Long.toString(capacity.diskBytes()),
            "virtType", virtType.domainType(),
            "hypervisorVersion", hypervisorVersion,
            "consoleUrl", consoleUrl));
  }
}
