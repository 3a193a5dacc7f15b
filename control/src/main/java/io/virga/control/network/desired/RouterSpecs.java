package io.virga.control.network.desired;

import io.virga.control.database.Session;
import io.virga.control.network.address.Protocols;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.model.Router;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Routers as hosts are told of them. */
final class RouterSpecs {

  private static final String GATEWAY_HOSTS =
      """
      SELECT router_id, host FROM router_gateway_host WHERE router_id = ANY(:routers)
       ORDER BY router_id, place
      """;

  /** Floating IPs with the host of the port that each stands for, if the wire is there too. */
  private static final String ANSWERING =
      """
      SELECT f.id, p.host
        FROM floating_ip f
        JOIN port p ON p.id = f.port_id
        JOIN port e ON e.id = f.external_port_id
        JOIN network n ON n.id = e.network_id
        JOIN network_host h ON h.name = p.host AND n.physical_network = ANY(h.physical_networks)
       WHERE f.router_id = ANY(:routers)
      """;

  private final PortStore ports;
  private final RouterStore routers;
  private final FloatingIpStore floatingIps;

  RouterSpecs(PortStore ports, RouterStore routers, FloatingIpStore floatingIps) {
    this.ports = ports;
    this.routers = routers;
    this.floatingIps = floatingIps;
  }

  /**
   * What goes with routers, by their ids.
   *
   * @param gateways the hosts that may be the gateway, the first being it
   * @param answering by floating IPs
   */
  private record Parts(
      Map<UUID, List<Port>> interfaces,
      Map<UUID, List<FloatingIp>> floatingIps,
      Map<UUID, List<String>> gateways,
      Map<UUID, String> answering) {}

  Flux<RouterSpec> of(Session session, List<UUID> ids) {
    return routers
        .ofIds(session, ids)
        .collectList()
        .flatMapMany(
            all ->
                ports
                    .linking(session, ids)
                    .collect(Collectors.groupingBy(port -> UUID.fromString(port.deviceId())))
                    .flatMapMany(interfaces -> of(session, ids, all, interfaces)));
  }

  private Flux<RouterSpec> of(
      Session session, List<UUID> ids, List<Router> all, Map<UUID, List<Port>> interfaces) {
    return floatingIps
        .ofRouters(session, ids)
        .collect(Collectors.groupingBy(one -> one.routerId().orElseThrow()))
        .flatMapMany(
            addresses ->
                gateways(session, ids)
                    .flatMapMany(
                        gateways ->
                            answering(session, ids)
                                .flatMapIterable(
                                    answering -> {
                                      Parts parts =
                                          new Parts(interfaces, addresses, gateways, answering);
                                      return all.stream()
                                          .map(router -> spec(router, parts))
                                          .toList();
                                    })));
  }

  private static Mono<Map<UUID, List<String>>> gateways(Session session, List<UUID> ids) {
    return session
        .sql(GATEWAY_HOSTS)
        .bind("routers", ids.toArray(UUID[]::new))
        .all(row -> Map.entry(row.uuid("router_id"), row.text("host")))
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static Mono<Map<UUID, String>> answering(Session session, List<UUID> ids) {
    return session
        .sql(ANSWERING)
        .bind("routers", ids.toArray(UUID[]::new))
        .all(row -> Map.entry(row.uuid("id"), row.text("host")))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  private static RouterSpec spec(Router router, Parts parts) {
    List<String> gateways = parts.gateways().getOrDefault(router.id(), List.of());
    String fallback = gateways.stream().findFirst().orElse("");
    return new RouterSpec(
        router.id().toString(),
        NeededSpecs.FIRST_GENERATION,
        router.projectId(),
        router.number(),
        router.adminStateUp(),
        parts.interfaces().getOrDefault(router.id(), List.of()).stream()
            .map(RouterSpecs::face)
            .toList(),
        router.routes().stream()
            .map(route -> new RouterSpec.Route(route.destination(), route.nexthop()))
            .toList(),
        router.gateway().map(gateway -> gateway(gateway, gateways)),
        parts.floatingIps().getOrDefault(router.id(), List.of()).stream()
            .map(one -> floatingIp(one, parts.answering().getOrDefault(one.id(), fallback)))
            .toList());
  }

  private static RouterSpec.Interface face(Port port) {
    return new RouterSpec.Interface(
        port.id().toString(), port.networkId().toString(), port.mac(), addresses(port.fixedIps()));
  }

  private static RouterSpec.Gateway gateway(Router.Gateway gateway, List<String> hosts) {
    return new RouterSpec.Gateway(
        gateway.portId().toString(),
        gateway.networkId().toString(),
        gateway.mac(),
        addresses(gateway.addresses()),
        gateway.snat(),
        hosts);
  }

  private static RouterSpec.FloatingIp floatingIp(FloatingIp floatingIp, String host) {
    return new RouterSpec.FloatingIp(
        floatingIp.id().toString(),
        floatingIp.address(),
        floatingIp.mac(),
        host,
        floatingIp.target().map(to -> new RouterSpec.Target(to.portId().toString(), to.fixedIp())),
        floatingIp.forwardings().stream().map(RouterSpecs::forwarding).toList());
  }

  private static RouterSpec.Forwarding forwarding(PortForwarding forwarding) {
    return new RouterSpec.Forwarding(
        forwarding.id().toString(),
        Protocols.number(forwarding.protocol()),
        forwarding.externalPort(),
        forwarding.externalPortLast(),
        forwarding.internalPort(),
        new RouterSpec.Target(forwarding.internalPortId().toString(), forwarding.internalIp()));
  }

  private static List<PortSpec.FixedAddress> addresses(List<Port.FixedIp> ips) {
    return ips.stream()
        .map(ip -> new PortSpec.FixedAddress(ip.subnetId(), ip.ipAddress()))
        .toList();
  }
}
