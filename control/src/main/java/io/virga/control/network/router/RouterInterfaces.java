package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Router;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.tenancy.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The ports by which routers are on the networks of tenants. */
public final class RouterInterfaces {

  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final RouterStore routers;
  private final FloatingIpStore floatingIps;
  private final PortLife life;
  private final HostViews hosts;

  public RouterInterfaces(RouterStores stores, PortLife life, HostViews hosts) {
    this.networks = stores.networks();
    this.subnets = stores.subnets();
    this.ports = stores.ports();
    this.routers = stores.routers();
    this.floatingIps = stores.floatingIps();
    this.life = life;
    this.hosts = hosts;
  }

  /** An interface that was added or removed, with the subnets that this was about. */
  public record Interface(Router router, Port port, List<String> subnetIds) {

    public Interface {
      subnetIds = List.copyOf(subnetIds);
    }
  }

  /** Gives the router the gateway's address of a subnet, on a port of its own. */
  public Mono<Interface> addSubnet(
      Transaction transaction, Viewer viewer, UUID routerId, UUID subnetId) {
    return locked(transaction, viewer, routerId)
        .flatMap(
            router ->
                subnets
                    .find(transaction, viewer, subnetId)
                    .flatMap(subnet -> attach(transaction, viewer, router, subnet)));
  }

  /** Makes a port that is in no other use the router's, with the addresses that it has. */
  public Mono<Interface> addPort(
      Transaction transaction, Viewer viewer, UUID routerId, UUID portId) {
    return locked(transaction, viewer, routerId)
        .flatMap(
            router ->
                life.lock(transaction, viewer, portId)
                    .flatMap(port -> attach(transaction, router, port)));
  }

  /** Takes a port with all its addresses away, or a subnet from the port that is on it. */
  public Mono<Interface> remove(
      Transaction transaction,
      Viewer viewer,
      UUID routerId,
      Optional<UUID> portId,
      Optional<UUID> subnetId) {
    return locked(transaction, viewer, routerId)
        .flatMap(
            router ->
                ports
                    .ofRouters(transaction, List.of(routerId))
                    .collectList()
                    .map(all -> chosen(router, all, portId, subnetId))
                    .flatMap(chosen -> detach(transaction, chosen)));
  }

  private Mono<Router> locked(Transaction transaction, Viewer viewer, UUID id) {
    return hosts.lock(transaction).then(routers.find(transaction, viewer, id));
  }

  private Mono<Interface> attach(
      Transaction transaction, Viewer viewer, Router router, Subnet subnet) {
    if (subnet.gatewayIp().isEmpty()) {
      return Mono.error(RouterFaults.noGatewayAddress(subnet.id()));
    }
    if (subnet.modes().ra().isEmpty() && subnet.modes().address().isPresent()) {
      return Mono.error(RouterFaults.advertisedByOthers(subnet.id()));
    }
    return networks
        .find(transaction, viewer, subnet.networkId())
        .flatMap(network -> refuseForeign(viewer, network, subnet))
        .then(refuseOverlap(transaction, router, List.of(subnet)))
        .then(
            ports
                .ofRouters(transaction, List.of(router.id()))
                .filter(port -> RouterSubnets.isIpv6Port(port, subnet))
                .collectList())
        .flatMap(
            there ->
                there.isEmpty()
                    ? make(transaction, router, subnet)
                    : extend(transaction, router, there.getFirst(), subnet));
  }

  private static AddressWish gateway(Subnet subnet) {
    return new AddressWish(Optional.of(subnet.id()), subnet.gatewayIp());
  }

  private Mono<Interface> make(Transaction transaction, Router router, Subnet subnet) {
    PortDraft draft =
        PortDraft.routerInterface(
            router.projectId(), subnet.networkId(), gateway(subnet), router.id().toString());
    return life.create(transaction, Viewer.EVERYTHING, draft)
        .flatMap(made -> link(transaction, router, made.port()));
  }

  /** On one network a router has one port for all of its IPv6 subnets. */
  private Mono<Interface> extend(Transaction transaction, Router router, Port port, Subnet subnet) {
    List<AddressWish> all = new ArrayList<>(AddressWish.all(port.fixedIps()));
    all.add(gateway(subnet));
    return life.update(transaction, port, port, Optional.of(all))
        .map(written -> new Interface(router, written, List.of(subnet.id().toString())));
  }

  private Mono<Interface> attach(Transaction transaction, Router router, Port port) {
    String user =
        port.options().carries().map(trunk -> trunk.trunkId().toString()).orElseGet(port::deviceId);
    if (!user.isEmpty() || !port.deviceOwner().isEmpty()) {
      return Mono.error(RouterFaults.portInUse(port.id(), port.networkId(), user));
    }
    if (port.fixedIps().isEmpty()) {
      return Mono.error(RouterFaults.badRequest("Router port must have at least one fixed IP"));
    }
    Port plugged = port.pluggedInto(router.id().toString(), DeviceOwner.ROUTER_INTERFACE);
    return networks
        .find(transaction, Viewer.EVERYTHING, port.networkId())
        .flatMap(RouterInterfaces::refuseExternal)
        .then(
            subnets
                .ofNetworks(transaction, List.of(port.networkId()))
                .filter(subnet -> isOn(port, subnet.id()))
                .collectList())
        .flatMap(asked -> refuseOverlap(transaction, router, asked))
        .then(
            Mono.defer(
                () ->
                    ports
                        .ofRouters(transaction, List.of(router.id()))
                        .collectList()
                        .flatMap(there -> RouterSubnets.check(port, there))))
        .then(Mono.defer(() -> life.update(transaction, port, plugged, Optional.empty())))
        .flatMap(written -> link(transaction, router, written));
  }

  private Mono<Interface> link(Transaction transaction, Router router, Port port) {
    return hosts.changing(
        transaction,
        Scope.ofRouters(Set.of(router.id())),
        routers
            .addInterface(transaction, router.id(), port.id())
            .thenReturn(new Interface(router, port, subnetsOf(port))));
  }

  private Mono<Interface> detach(Transaction transaction, Interface chosen) {
    Router router = chosen.router();
    Port port = chosen.port();
    List<AddressWish> left =
        AddressWish.all(
            port.fixedIps().stream()
                .filter(ip -> !chosen.subnetIds().contains(ip.subnetId()))
                .toList());
    Mono<Void> removed =
        left.isEmpty()
            ? routers
                .removeInterface(transaction, port.id())
                .then(Mono.defer(() -> life.delete(transaction, port)))
            : life.update(transaction, port, port, Optional.of(left)).then();
    return refuseNeeded(transaction, router, chosen.subnetIds())
        .then(
            hosts.changing(
                transaction, Scope.ofRouters(Set.of(router.id())), removed.thenReturn(chosen)));
  }

  private static Interface chosen(
      Router router, List<Port> all, Optional<UUID> portId, Optional<UUID> subnetId) {
    if (portId.isEmpty() && subnetId.isEmpty()) {
      throw RouterFaults.badRequest("Either subnet_id or port_id must be specified");
    }
    Optional<Port> named =
        portId.map(
            id ->
                all.stream()
                    .filter(port -> port.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> RouterFaults.noInterface(router.id(), id)));
    if (subnetId.isEmpty()) {
      Port port = named.orElseThrow();
      return new Interface(router, port, subnetsOf(port));
    }
    UUID subnet = subnetId.get();
    Port port =
        named.orElseGet(
            () ->
                all.stream()
                    .filter(one -> isOn(one, subnet))
                    .findFirst()
                    .orElseThrow(() -> RouterFaults.noInterfaceOnSubnet(router.id(), subnet)));
    if (!isOn(port, subnet)) {
      throw RouterFaults.mismatch(port.id(), subnet);
    }
    return named.isPresent()
        ? new Interface(router, port, subnetsOf(port))
        : new Interface(router, port, List.of(subnet.toString()));
  }

  /** Only who owns a network makes its gateway; a port of one's own may be put in any. */
  private static Mono<Void> refuseForeign(Viewer viewer, Network network, Subnet subnet) {
    boolean own = viewer.everything() || network.projectId().equals(viewer.projectId());
    return own ? refuseExternal(network) : Mono.error(RouterFaults.notOwned(subnet.id()));
  }

  private static Mono<Void> refuseExternal(Network network) {
    return network.external() ? Mono.error(RouterFaults.external(network.id())) : Mono.empty();
  }

  private Mono<Void> refuseOverlap(Transaction transaction, Router router, List<Subnet> asked) {
    return subnets
        .ofRouter(transaction, router.id())
        .collectList()
        .flatMap(there -> ConnectedSubnets.refuseOverlap(asked, there));
  }

  private Mono<Void> refuseNeeded(Transaction transaction, Router router, List<String> subnetIds) {
    return Flux.fromIterable(subnetIds)
        .map(UUID::fromString)
        .concatMap(
            id ->
                floatingIps
                    .needs(transaction, router.id(), id)
                    .flatMap(
                        needs ->
                            needs
                                ? Mono.error(RouterFaults.neededByFloatingIp(router.id(), id))
                                : subnets.find(transaction, Viewer.EVERYTHING, id))
                    .filter(subnet -> isRoute(router, subnet)))
        .next()
        .flatMap(subnet -> Mono.error(RouterFaults.neededByRoute(router.id(), subnet.id())));
  }

  private static boolean isRoute(Router router, Subnet subnet) {
    return router.routes().stream().anyMatch(route -> ExtraRoutes.leadsThrough(route, subnet));
  }

  private static boolean isOn(Port port, UUID subnet) {
    return subnetsOf(port).contains(subnet.toString());
  }

  private static List<String> subnetsOf(Port port) {
    return port.fixedIps().stream().map(Port.FixedIp::subnetId).distinct().toList();
  }
}
