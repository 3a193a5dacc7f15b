package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.network.address.Mac;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Trunk;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.network.store.TrunkStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How ports come to be, change and go; hosts are told in the same transaction. */
public final class PortLife {

  private final NetworkStore networks;
  private final PortStore ports;
  private final AddressStore addresses;
  private final FloatingIpStore floatingIps;
  private final TrunkStore trunks = new TrunkStore();
  private final Addressing addressing;
  private final DefaultGroups defaultGroups;
  private final HostViews hosts;
  private final Quota quota;

  public PortLife(Stores stores, DefaultGroups defaultGroups, HostViews hosts, Quota quota) {
    this.networks = stores.networks();
    this.ports = stores.ports();
    this.addresses = stores.addresses();
    this.floatingIps = stores.floatingIps();
    this.addressing = new Addressing(stores.subnets(), stores.addresses());
    this.defaultGroups = defaultGroups;
    this.hosts = hosts;
    this.quota = quota;
  }

  /** The tables that ports live in. */
  public record Stores(
      NetworkStore networks,
      SubnetStore subnets,
      PortStore ports,
      AddressStore addresses,
      FloatingIpStore floatingIps) {}

  /** Finds a port that is to be changed, and keeps others from changing it or what hosts see. */
  public Mono<Port> lock(Transaction transaction, Viewer viewer, UUID id) {
    return hosts.lock(transaction).then(ports.lock(transaction, viewer, id));
  }

  /** Likewise, those that the compute service has put into a server. */
  public Flux<Port> lockOfDevice(Transaction transaction, String deviceId) {
    return hosts.lock(transaction).thenMany(ports.ofDevices(transaction, List.of(deviceId)));
  }

  /**
   * A port that has just been made.
   *
   * @param port with its addresses; without times, and what follows from other tables
   */
  public record Made(Port port, Network network) {}

  /** Makes a port on a network that the viewer sees, with what the viewer may choose. */
  public Mono<Made> create(Transaction transaction, Viewer viewer, PortDraft draft) {
    return hosts
        .lock(transaction)
        .then(networks.find(transaction, viewer, draft.networkId()))
        .flatMap(
            network ->
                PortPolicy.check(viewer, network, draft)
                    .then(claim(transaction, draft.projectId()))
                    .then(groupsOf(transaction, network, draft))
                    .flatMap(groups -> insert(transaction, newPort(network, draft, groups), draft))
                    .map(port -> new Made(port, network)));
  }

  /** Changes a locked port as a viewer asks who may not change everything. */
  public Mono<Port> update(
      Transaction transaction,
      Viewer viewer,
      Port before,
      Port after,
      Optional<List<AddressWish>> wishes) {
    return networks
        .find(transaction, Viewer.EVERYTHING, before.networkId())
        .flatMap(network -> PortPolicy.check(viewer, network, before, after, wishes))
        .then(Mono.defer(() -> update(transaction, before, after, wishes)))
        .flatMap(written -> PortPolicy.check(before, written));
  }

  /**
   * Writes a changed port, which is locked; with addresses if they are to be others, and where they
   * follow its MAC. No floating IP stands for an address that it has no longer.
   */
  public Mono<Port> update(
      Transaction transaction, Port before, Port after, Optional<List<AddressWish>> asked) {
    Optional<List<AddressWish>> wishes =
        asked.or(
            () ->
                Optional.of(AddressWish.all(before.fixedIps()))
                    .filter(_ -> !after.mac().equals(before.mac())));
    Mono<Void> moved =
        wishes.isEmpty()
            ? Mono.empty()
            : addresses
                .release(transaction, after.id())
                .then(addressing.assign(transaction, after, before.mac(), wishes))
                .then();
    List<String> groups = new ArrayList<>(before.securityGroupIds());
    groups.addAll(after.securityGroupIds());
    return routersOf(transaction, after)
        .flatMap(
            routers ->
                hosts.changing(
                    transaction,
                    Scope.ofPort(after.id(), after.networkId(), groups, routers),
                    ports.update(transaction, after).then(moved).thenReturn(after.id())))
        .onErrorMap(DuplicateKeyException.class, e -> macInUse(after))
        .flatMap(id -> ports.find(transaction, Viewer.EVERYTHING, id))
        .flatMap(
            written ->
                wishes.isEmpty()
                    ? Mono.just(written)
                    : floatingIps
                        .loosen(transaction, written.id(), written.addresses())
                        .thenReturn(written))
        .flatMap(
            written ->
                before.host().equals(written.host())
                    ? Mono.just(written)
                    : haveFollow(transaction, written).thenReturn(written));
  }

  private Mono<Trunk> carried(Transaction transaction, Port port) {
    return port.options().carries().isPresent()
        ? trunks.ofPort(transaction, port.id())
        : Mono.empty();
  }

  /** Sub-ports of a trunk are where its port is. */
  private Mono<Void> haveFollow(Transaction transaction, Port parent) {
    return carried(transaction, parent)
        .flatMapIterable(Trunk::subPorts)
        .concatMap(sub -> ports.find(transaction, Viewer.EVERYTHING, sub.portId()))
        .concatMap(sub -> update(transaction, sub, sub.boundTo(parent.host()), Optional.empty()))
        .then();
  }

  /** Takes a sub-port out of its trunk. */
  public Mono<Void> leaveTrunk(Transaction transaction, UUID subPort) {
    return trunks
        .remove(transaction, subPort)
        .then(ports.find(transaction, Viewer.EVERYTHING, subPort))
        .flatMap(
            port ->
                update(transaction, port, port.pluggedInto("", "").boundTo(""), Optional.empty()))
        .then();
  }

  /** Ends a trunk; its ports stay. */
  public Mono<Void> endTrunk(Transaction transaction, Trunk trunk) {
    return Flux.fromIterable(trunk.subPorts())
        .concatMap(sub -> leaveTrunk(transaction, sub.portId()))
        .then(trunks.delete(transaction, trunk.id()))
        .then(quota.release(transaction, trunk.standard().projectId(), Resource.TRUNKS, 1));
  }

  /** Deletes a locked port; floating IPs stand for nothing then, and its trunk ends. */
  public Mono<Void> delete(Transaction transaction, Port port) {
    Mono<Void> left =
        port.options().trunk().isPresent() ? trunks.remove(transaction, port.id()) : Mono.empty();
    return carried(transaction, port)
        .flatMap(trunk -> endTrunk(transaction, trunk))
        .then(left)
        .then(release(transaction, port.projectId()))
        .then(routersOf(transaction, port))
        .flatMap(
            routers ->
                hosts.changing(
                    transaction,
                    Scope.ofPort(port.id(), port.networkId(), port.securityGroupIds(), routers),
                    floatingIps
                        .loosen(transaction, port.id(), List.of())
                        .then(ports.delete(transaction, port.id()))));
  }

  /** The routers of which hosts are told something else when the port is another. */
  private Mono<Set<UUID>> routersOf(Transaction transaction, Port port) {
    return DeviceOwner.isOfRouter(port.deviceOwner())
        ? Mono.just(Set.of(UUID.fromString(port.deviceId())))
        : floatingIps.routersTo(transaction, port.id()).collect(Collectors.toSet());
  }

  /** The external ports of gateways and floating IPs are of no project. */
  private Mono<Void> claim(Transaction transaction, String projectId) {
    return projectId.isEmpty()
        ? Mono.empty()
        : quota.claim(transaction, projectId, Resource.PORTS, 1);
  }

  private Mono<Void> release(Transaction transaction, String projectId) {
    return projectId.isEmpty()
        ? Mono.empty()
        : quota.release(transaction, projectId, Resource.PORTS, 1);
  }

  private Mono<Port> insert(Transaction transaction, Port port, PortDraft draft) {
    return hosts
        .changing(
            transaction,
            Scope.ofPort(port.id(), port.networkId(), port.securityGroupIds(), Set.of()),
            Mono.defer(() -> ports.insert(transaction, port))
                .then(addressing.assign(transaction, port, port.mac(), draft.addresses())))
        .map(port::with)
        .onErrorMap(DuplicateKeyException.class, e -> macInUse(port));
  }

  private Mono<List<String>> groupsOf(Transaction transaction, Network network, PortDraft draft) {
    if (draft.groupIds().isPresent()) {
      return Mono.just(draft.groupIds().get());
    }
    return draft.portSecurity().orElse(network.portSecurityEnabled())
        ? defaultGroups.idOf(transaction, draft.projectId()).map(id -> List.of(id.toString()))
        : Mono.just(List.of());
  }

  private static Port newPort(Network network, PortDraft draft, List<String> groups) {
    return new Port(
        Ids.next(),
        network.id(),
        draft.projectId(),
        draft.name(),
        draft.description(),
        draft.mac().orElseGet(Mac::next),
        draft.adminStateUp(),
        draft.portSecurity().orElse(network.portSecurityEnabled()),
        draft.device().id(),
        draft.device().owner(),
        draft.device().host(),
        draft.device().hostname(),
        false,
        draft.device().madeForInstance(),
        draft.device().card(),
        List.of(),
        groups,
        draft.allowedAddressPairs(),
        draft.options(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static ApiFault macInUse(Port port) {
    return ApiFault.conflict(
            "Unable to complete operation for network %s. The mac address %s is in use."
                .formatted(port.networkId(), port.mac()))
        .ofType("MacAddressInUse");
  }
}
