package io.virga.control.network.router;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.FloatingIp.Target;
import io.virga.control.network.model.PortForwarding;
import java.util.UUID;

/** What is refused of floating IPs, in Neutron's words. */
final class FloatingIpFaults {

  private FloatingIpFaults() {}

  static ApiFault badRequest(String reason) {
    return ApiFault.badRequest("Bad floatingip request: " + reason).ofType("BadRequest");
  }

  static ApiFault notExternal(UUID network) {
    return badRequest("Network " + network + " is not a valid external network.");
  }

  static ApiFault noSubnet(UUID network) {
    return badRequest("Network " + network + " does not contain any IPv4 subnet.");
  }

  static ApiFault noAddress(UUID port) {
    return badRequest(
        "Cannot add floating IP to port " + port + " that has no fixed IPv4 addresses.");
  }

  static ApiFault severalAddresses(UUID port) {
    return badRequest(
        """
        Port %s has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when \
        assigning a floating IP."""
            .formatted(port));
  }

  static ApiFault otherAddress(UUID port, String ip) {
    return badRequest("Port %s does not have fixed ip %s.".formatted(port, ip));
  }

  static ApiFault unreachable(UUID network, String subnet, UUID port) {
    return ApiFault.of(
            FaultKind.NOT_FOUND,
            """
            External network %s is not reachable from subnet %s.  Therefore, cannot associate \
            Port %s with a Floating IP."""
                .formatted(network, subnet, port))
        .ofType("ExternalGatewayForFloatingIPNotFound");
  }

  static ApiFault associated(FloatingIp other, Target target) {
    return ApiFault.conflict(
            """
            Cannot associate floating IP %s (%s) with port %s using fixed IP %s, as that fixed IP \
            already has a floating IP on external network %s."""
                .formatted(
                    other.address(),
                    other.id(),
                    target.portId(),
                    target.fixedIp(),
                    other.networkId()))
        .ofType("FloatingIPPortAlreadyAssociated");
  }

  static ApiFault forwardedTo(FloatingIp floatingIp, Target target) {
    return ApiFault.conflict(
            """
            Cannot associate floating IP %s (%s) with port %s using fixed IP %s, as that port \
            already has a Port Forwarding binding."""
                .formatted(
                    floatingIp.address(), floatingIp.id(), target.portId(), target.fixedIp()))
        .ofType("PortHasPortForwarding");
  }

  static ApiFault forwards(FloatingIp floatingIp) {
    return ApiFault.conflict(
            "Floating IP %s (%s) has port forwardings; it stands for no port beside them."
                .formatted(floatingIp.address(), floatingIp.id()))
        .ofType("FloatingIPInUseByPortForwarding");
  }

  static ApiFault standsForPort(FloatingIp floatingIp, UUID port) {
    return ApiFault.conflict(
            """
            Cannot create port forwarding to floating IP %s (%s) with port %s, as the floating IP \
            or the port's address is associated already."""
                .formatted(floatingIp.address(), floatingIp.id(), port))
        .ofType("PortHasBindingFloatingIP");
  }

  static ApiFault otherRouter(FloatingIp floatingIp, UUID router) {
    return ApiFault.conflict(
            "Floating IP %s (%s) passes on by router %s already."
                .formatted(floatingIp.address(), floatingIp.id(), router))
        .ofType("FipInUseByOtherRouter");
  }

  static ApiFault duplicate(PortForwarding other) {
    return ApiFault.badRequest(
            """
            Bad port_forwarding request: A duplicate port forwarding entry with same attributes \
            already exists, conflicting values are floatingip_id %s, protocol %s, external_port \
            %d:%d."""
                .formatted(
                    other.floatingIpId(),
                    other.protocol(),
                    other.externalPort(),
                    other.externalPortLast()))
        .ofType("BadRequest");
  }
}
