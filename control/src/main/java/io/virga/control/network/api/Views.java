package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What clients see of things, in Neutron's words. */
final class Views {

  static final String ZONE = "nova";
  static final String ACTIVE = "ACTIVE";
  static final String DOWN = "DOWN";

  private Views() {}

  /** No host has to wire a router's port: every one that needs it routes by itself. */
  static String status(Port port) {
    return switch (port.deviceOwner()) {
      case DeviceOwner.FLOATING_IP -> "N/A";
      case DeviceOwner.ROUTER_INTERFACE, DeviceOwner.ROUTER_GATEWAY ->
          port.adminStateUp() ? ACTIVE : DOWN;
      default -> port.wired() && port.adminStateUp() ? ACTIVE : DOWN;
    };
  }

  static View fixedIp(Port.FixedIp ip) {
    return View.of("subnet_id", ip.subnetId()).with("ip_address", ip.ipAddress());
  }

  static View standard(
      View view, String description, Instant created, Instant updated, long revision) {
    return view.with("description", description)
        .with("tags", List.of())
        .with("created_at", time(created))
        .with("updated_at", time(updated))
        .with("revision_number", revision);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
