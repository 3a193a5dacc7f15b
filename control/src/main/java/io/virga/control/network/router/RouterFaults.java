package io.virga.control.network.router;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.network.model.Router;
import io.virga.control.network.model.Subnet;
import java.util.UUID;

/** What is refused of routers, in Neutron's words. */
final class RouterFaults {

  private RouterFaults() {}

  static ApiFault badRequest(String reason) {
    return ApiFault.badRequest("Bad router request: " + reason).ofType("BadRequest");
  }

  static ApiFault overlap(Subnet asked, Subnet there) {
    return asked.id().equals(there.id())
        ? badRequest("Router already has a port on subnet " + asked.id() + ".")
        : badRequest(
            "Cidr %s of subnet %s overlaps with cidr %s of subnet %s."
                .formatted(asked.cidr(), asked.id(), there.cidr(), there.id()));
  }

  static ApiFault noGatewayAddress(UUID subnet) {
    return badRequest("Subnet " + subnet + " for router interface must have a gateway IP.");
  }

  static ApiFault advertisedByOthers(UUID subnet) {
    return badRequest(
        """
        IPv6 subnet %s configured to receive RAs from an external router cannot be added to \
        Neutron Router."""
            .formatted(subnet));
  }

  static ApiFault severalIpv4(UUID port) {
    return badRequest(
        "Cannot have multiple IPv4 subnets on router port: port %s has them.".formatted(port));
  }

  static ApiFault secondIpv6Port(UUID port, UUID network) {
    return badRequest(
        """
        Cannot have multiple router ports with the same network id if both contain IPv6 subnets. \
        Existing port %s has IPv6 subnet(s) and network id %s"""
            .formatted(port, network));
  }

  static ApiFault notOwned(UUID subnet) {
    return badRequest(
        "Cannot add interface to router because subnet %s is not owned by project making the request."
            .formatted(subnet));
  }

  static ApiFault external(UUID network) {
    return badRequest(
        "Network %s is external: set it as the gateway of the router instead.".formatted(network));
  }

  static ApiFault portInUse(UUID port, UUID network, String device) {
    return ApiFault.conflict(
            "Unable to complete operation on port %s for network %s. Port already has an attached device %s."
                .formatted(port, network, device))
        .ofType("PortInUse");
  }

  static ApiFault noInterface(UUID router, UUID port) {
    return ApiFault.of(
            FaultKind.NOT_FOUND,
            "Router %s does not have an interface with id %s".formatted(router, port))
        .ofType("RouterInterfaceNotFound");
  }

  static ApiFault noInterfaceOnSubnet(UUID router, UUID subnet) {
    return ApiFault.of(
            FaultKind.NOT_FOUND,
            "Router %s has no interface on subnet %s".formatted(router, subnet))
        .ofType("RouterInterfaceNotFoundForSubnet");
  }

  static ApiFault mismatch(UUID port, UUID subnet) {
    return ApiFault.badRequest(
            "Subnet on port %s does not match the requested subnet %s.".formatted(port, subnet))
        .ofType("SubnetMismatchForPort");
  }

  static ApiFault neededByFloatingIp(UUID router, UUID subnet) {
    return ApiFault.conflict(
            """
            Router interface for subnet %s on router %s cannot be deleted, as it is required by \
            one or more floating IPs."""
                .formatted(subnet, router))
        .ofType("RouterInterfaceInUseByFloatingIP");
  }

  static ApiFault neededByRoute(UUID router, UUID subnet) {
    return ApiFault.conflict(
            """
            Router interface for subnet %s on router %s cannot be deleted, as it is required by \
            one or more routes."""
                .formatted(subnet, router))
        .ofType("RouterInterfaceInUseByRoute");
  }

  static ApiFault gatewayNeeded(UUID router, UUID network) {
    return ApiFault.conflict(
            """
            Gateway cannot be updated for router %s, since a gateway to external network %s is \
            required by one or more floating IPs."""
                .formatted(router, network))
        .ofType("RouterExternalGatewayInUseByFloatingIp");
  }

  static ApiFault inUse(UUID router) {
    return ApiFault.conflict("Router " + router + " still has ports").ofType("RouterInUse");
  }

  static ApiFault route(Router.Route route, String reason) {
    return ApiFault.badRequest(
            "Invalid format for routes: %s via %s, %s"
                .formatted(route.destination(), route.nexthop(), reason))
        .ofType("InvalidRoutes");
  }

  static ApiFault tooManyRoutes(UUID router, int most) {
    return ApiFault.badRequest(
            "Unable to complete operation for %s. The number of routes exceeds the maximum %d."
                .formatted(router, most))
        .ofType("RoutesExhausted");
  }
}
