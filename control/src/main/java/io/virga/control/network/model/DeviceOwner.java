package io.virga.control.network.model;

import java.util.Set;

/** Who owns what a port is plugged into, in Neutron's words. */
public final class DeviceOwner {

  public static final String ROUTER_INTERFACE = "network:router_interface";
  public static final String ROUTER_GATEWAY = "network:router_gateway";
  public static final String SUB_PORT = "trunk:subport";
  public static final String FLOATING_IP = "network:floatingip";

  private static final Set<String> ROUTING = Set.of(ROUTER_INTERFACE, ROUTER_GATEWAY, FLOATING_IP);

  private DeviceOwner() {}

  /** Whether a port of this owner has a router as its device. */
  public static boolean isOfRouter(String owner) {
    return owner.equals(ROUTER_INTERFACE) || owner.equals(ROUTER_GATEWAY);
  }

  /** Whether a port of this owner comes and goes with a router or a floating IP alone. */
  public static boolean isRouting(String owner) {
    return ROUTING.contains(owner);
  }
}
