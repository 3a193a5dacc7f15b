package io.virga.control.network.port;

import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Port.FixedIp;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Who may choose what of a port, by neutron's default policy: on a network that others share, no
 * tenant may pass for another or take an address of its choice, the gateway's least of all.
 */
final class PortPolicy {

  private PortPolicy() {}

  /** {@code create_port:*}. */
  static Mono<Void> check(Viewer viewer, Network network, PortDraft draft) {
    if (!owns(viewer, network) && !network.shared()) {
      return Mono.error(
          ApiFault.forbidden(
              "It is not allowed to create a port on external network %s, which is not shared."
                  .formatted(network.id())));
    }
    return ownersOnly(
        viewer,
        network,
        draft.mac().isPresent()
            || draft.portSecurity().filter(secure -> !secure).isPresent()
            || !draft.allowedAddressPairs().isEmpty()
            || chooses(draft.addresses(), List.of()));
  }

  /** An interface is told by its subnets; those come and go by the router. */
  static Mono<Port> check(Port before, Port written) {
    boolean moved =
        before.deviceOwner().equals(DeviceOwner.ROUTER_INTERFACE)
            && !subnets(written).equals(subnets(before));
    return moved
        ? Mono.error(
            ApiFault.badRequest(
                    "Port %s is an interface of router %s: add or remove an interface instead."
                        .formatted(before.id(), before.deviceId()))
                .ofType("BadRequest"))
        : Mono.just(written);
  }

  private static Set<String> subnets(Port port) {
    return port.fixedIps().stream().map(FixedIp::subnetId).collect(Collectors.toSet());
  }

  /** {@code update_port:*}; the MAC is an administrator's to change, and fixed once it is bound. */
  static Mono<Void> check(
      Viewer viewer,
      Network network,
      Port before,
      Port after,
      Optional<List<AddressWish>> addresses) {
    if (addresses.isPresent() && isElsewheres(before)) {
      return Mono.error(
          ApiFault.conflict(
                  "The addresses of port %s are those of its %s."
                      .formatted(before.id(), before.deviceOwner()))
              .ofType("PortInUse"));
    }
    boolean otherMac = !after.mac().equals(before.mac());
    if (otherMac && !viewer.everything()) {
      return Mono.error(
          ApiFault.forbidden("Only an administrator may change the mac_address of a port."));
    }
    if (otherMac && !before.host().isEmpty()) {
      return Mono.error(
          ApiFault.conflict(
                  "Unable to complete operation on port %s, port is already bound, old_mac %s, new_mac %s."
                      .formatted(before.id(), before.mac(), after.mac()))
              .ofType("PortBound"));
    }
    boolean otherPairs = !after.allowedAddressPairs().equals(before.allowedAddressPairs());
    return ownersOnly(
        viewer,
        network,
        before.portSecurityEnabled() && !after.portSecurityEnabled()
            || otherPairs && !after.allowedAddressPairs().isEmpty()
            || chooses(addresses, before.fixedIps()));
  }

  /** Gateways and floating IPs have their addresses by what made them. */
  private static boolean isElsewheres(Port port) {
    return DeviceOwner.isRouting(port.deviceOwner())
        && !port.deviceOwner().equals(DeviceOwner.ROUTER_INTERFACE);
  }

  private static Mono<Void> ownersOnly(Viewer viewer, Network network, boolean trusts) {
    return owns(viewer, network) || !trusts
        ? Mono.empty()
        : Mono.error(
            ApiFault.forbidden(
                """
                Only the owner of network %s may choose an ip_address or mac_address, or set \
                port_security_enabled or allowed_address_pairs."""
                    .formatted(network.id())));
  }

  private static boolean owns(Viewer viewer, Network network) {
    return viewer.everything() || network.projectId().equals(viewer.projectId());
  }

  /** Whether an address is named that the port does not have yet; a subnet alone is no choice. */
  private static boolean chooses(Optional<List<AddressWish>> wishes, List<FixedIp> has) {
    Set<String> kept = has.stream().map(FixedIp::ipAddress).collect(Collectors.toSet());
    return wishes.stream()
        .flatMap(List::stream)
        .flatMap(wish -> wish.ipAddress().stream())
        .anyMatch(ip -> !kept.contains(ip));
  }
}
