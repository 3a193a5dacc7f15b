package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.network.model.FloatingIp.Target;
import io.virga.control.network.model.Port;
import io.virga.control.network.router.FloatingIpDraft.Association;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Finds what floating IPs may stand for, and the routers that translate them. */
final class Targets {

  private final PortStore ports;
  private final RouterStore routers;

  Targets(RouterStores stores) {
    this.ports = stores.ports();
    this.routers = stores.routers();
  }

  /** An address of a port, with the router that has it behind itself. */
  record Reached(Target target, UUID routerId) {}

  /** Fails with not found unless the viewer's port is reached from the external network. */
  Mono<Reached> reach(
      Transaction transaction, Viewer viewer, Association wish, UUID externalNetwork) {
    return ports
        .find(transaction, viewer, wish.portId())
        .flatMap(
            port -> {
              Port.FixedIp ip = fixedIp(port, wish.fixedIp());
              return routers
                  .reaching(transaction, UUID.fromString(ip.subnetId()), externalNetwork)
                  .map(router -> new Reached(new Target(port.id(), ip.ipAddress()), router))
                  .switchIfEmpty(
                      Mono.error(
                          () ->
                              FloatingIpFaults.unreachable(
                                  externalNetwork, ip.subnetId(), port.id())));
            });
  }

  private static Port.FixedIp fixedIp(Port port, Optional<String> asked) {
    if (asked.isPresent()) {
      return port.fixedIps().stream()
          .filter(ip -> ip.ipAddress().equals(asked.get()))
          .findFirst()
          .orElseThrow(() -> FloatingIpFaults.otherAddress(port.id(), asked.get()));
    }
    List<Port.FixedIp> all =
        port.fixedIps().stream().filter(ip -> !ip.ipAddress().contains(":")).toList();
    if (all.size() > 1) {
      throw FloatingIpFaults.severalAddresses(port.id());
    }
    return all.stream().findFirst().orElseThrow(() -> FloatingIpFaults.noAddress(port.id()));
  }
}
