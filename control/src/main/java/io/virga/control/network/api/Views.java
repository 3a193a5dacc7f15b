package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;

/** What clients see of things, in Neutron's words. */
final class Views {

  static final String ZONE = "nova";
  static final String ACTIVE = "ACTIVE";
  static final String DOWN = "DOWN";

  private Views() {}

  /** No host has to wire a router's port: every one that needs it routes by itself. */
  static String status(Port port) {
    return status(port.deviceOwner(), port.adminStateUp(), port.wired());
  }

  static String status(String deviceOwner, boolean adminStateUp, boolean wired) {
    return switch (deviceOwner) {
      case DeviceOwner.FLOATING_IP -> "N/A";
      case DeviceOwner.ROUTER_INTERFACE, DeviceOwner.ROUTER_GATEWAY -> adminStateUp ? ACTIVE : DOWN;
      default -> wired && adminStateUp ? ACTIVE : DOWN;
    };
  }

  static View fixedIp(Port.FixedIp ip) {
    return View.of("subnet_id", ip.subnetId()).with("ip_address", ip.ipAddress());
  }
}
