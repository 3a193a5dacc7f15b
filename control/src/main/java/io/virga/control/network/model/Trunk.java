package io.virga.control.network.model;

import java.util.List;
import java.util.UUID;

/**
 * A port whose interface also carries the packets of others, its sub-ports, each with a VLAN tag.
 *
 * @param portId the port
 * @param bound whether that is bound to a host
 * @param wired whether it and all sub-ports are in place there
 */
public record Trunk(
    Standard standard,
    String name,
    UUID portId,
    boolean adminStateUp,
    boolean bound,
    boolean wired,
    List<SubPort> subPorts) {

  public Trunk {
    subPorts = List.copyOf(subPorts);
  }

  /**
   * One of the others.
   *
   * @param vlan its tag, 1 to 4094
   */
  public record SubPort(UUID portId, int vlan) {}

  public UUID id() {
    return standard.id();
  }

  /** The same with other values of what may change. */
  public Trunk changed(Standard newStandard, String newName, boolean newAdminStateUp) {
    return new Trunk(newStandard, newName, portId, newAdminStateUp, bound, wired, subPorts);
  }
}
