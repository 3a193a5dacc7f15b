package io.virga.control.network;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.Ids;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.port.PortDraft.Device;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.router.RouterStores;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The compute service's ports, kept in the network service's tables. */
final class BoundInstancePorts implements InstancePorts {

  private static final String OWNER = "compute:nova";

  private final NetworkStore networks;
  private final PortStore ports;
  private final SecurityGroupStore groups;
  private final PortLife life;

  BoundInstancePorts(RouterStores stores, SecurityGroupStore groups, PortLife life) {
    this.networks = stores.networks();
    this.ports = stores.ports();
    this.groups = groups;
    this.life = life;
  }

  @Override
  public Mono<List<BoundPort>> claim(
      Transaction transaction, Caller caller, Instance instance, List<Nic> nics) {
    return groupIds(transaction, caller, instance.securityGroups())
        .flatMap(
            groupIds ->
                Flux.range(0, nics.size())
                    .concatMap(
                        card ->
                            claimOne(
                                transaction,
                                caller,
                                device(instance, nics.get(card), card),
                                nics.get(card),
                                groupIds))
                    .collectList());
  }

  @Override
  public Mono<String> onlyNetwork(Session session, Caller caller) {
    return networks
        .list(session, new Viewer(caller.projectId(), false))
        .filter(network -> !network.external() && !network.subnetIds().isEmpty())
        .map(Network::id)
        .collectList()
        .flatMap(
            all ->
                all.size() > 1
                    ? Mono.error(
                        ApiFault.conflict(
                            "Multiple possible networks found, use a Network ID to be more"
                                + " specific."))
                    : Mono.justOrEmpty(all.stream().findFirst().map(UUID::toString)));
  }

  @Override
  public Mono<BoundPort> plug(Transaction transaction, Caller caller, Instance instance, Nic nic) {
    return groupIds(transaction, caller, instance.securityGroups())
        .flatMap(
            groupIds ->
                locked(transaction, instance.id())
                    .map(there -> device(instance, nic, behind(there)))
                    .flatMap(device -> claimOne(transaction, caller, device, nic, groupIds)));
  }

  private static int behind(List<Port> ports) {
    return ports.stream().mapToInt(Port::card).max().orElse(-1) + 1;
  }

  private static Device device(Instance instance, Nic nic, int card) {
    return new Device(
        instance.id(), OWNER, instance.host(), instance.hostname(), nic.portId().isEmpty(), card);
  }

  @Override
  public Mono<Void> unplug(Transaction transaction, String instanceId, String portId) {
    return locked(transaction, instanceId)
        .flatMapIterable(Function.identity())
        .filter(port -> port.id().toString().equals(portId))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Port", portId)))
        .flatMap(port -> letGo(transaction, port));
  }

  @Override
  public Mono<Void> join(Transaction transaction, Caller caller, String instanceId, String group) {
    return groupNamed(transaction, caller, group)
        .flatMapMany(
            id ->
                locked(transaction, instanceId)
                    .flatMapIterable(Function.identity())
                    .filter(port -> !port.securityGroupIds().contains(id))
                    .concatMap(
                        port -> {
                          List<String> more = new ArrayList<>(port.securityGroupIds());
                          more.add(id);
                          return regroup(transaction, port, more);
                        }))
        .then();
  }

  @Override
  public Mono<Void> leave(Transaction transaction, Caller caller, String instanceId, String group) {
    return groupNamed(transaction, caller, group)
        .flatMap(
            id ->
                locked(transaction, instanceId)
                    .flatMapIterable(Function.identity())
                    .filter(port -> port.securityGroupIds().contains(id))
                    .concatMap(
                        port -> {
                          List<String> less = new ArrayList<>(port.securityGroupIds());
                          less.remove(id);
                          return regroup(transaction, port, less);
                        })
                    .count())
        .flatMap(
            left ->
                left > 0
                    ? Mono.<Void>empty()
                    : Mono.error(
                        ApiFault.of(
                            FaultKind.NOT_FOUND,
                            "Security group %s not associated with the instance %s"
                                .formatted(group, instanceId))));
  }

  /** What a request does to a server with a group that is not there is not found. */
  private Mono<String> groupNamed(Transaction transaction, Caller caller, String group) {
    return groupId(transaction, caller, group)
        .map(UUID::toString)
        .onErrorMap(
            ApiFault.class,
            fault ->
                fault.kind() == FaultKind.BAD_REQUEST
                    ? ApiFault.of(FaultKind.NOT_FOUND, fault.message())
                    : fault);
  }

  private Mono<Port> regroup(Transaction transaction, Port port, List<String> groupIds) {
    return life.update(transaction, port, port.inGroups(groupIds), Optional.empty());
  }

  @Override
  public Mono<Void> addAddress(Transaction transaction, String instanceId, String networkId) {
    return locked(transaction, instanceId)
        .flatMapIterable(Function.identity())
        .filter(port -> port.networkId().toString().equals(networkId))
        .next()
        .switchIfEmpty(
            Mono.error(
                () -> ApiFault.badRequest("The instance has no port on the network " + networkId)))
        .flatMap(
            port -> {
              List<AddressWish> wishes = new ArrayList<>(AddressWish.all(port.fixedIps()));
              Optional<UUID> subnet =
                  port.fixedIps().stream().findFirst().map(f -> UUID.fromString(f.subnetId()));
              wishes.add(new AddressWish(subnet, Optional.empty()));
              return life.update(transaction, port, port, Optional.of(wishes));
            })
        .then();
  }

  @Override
  public Mono<Void> removeAddress(Transaction transaction, String instanceId, String address) {
    return locked(transaction, instanceId)
        .flatMapIterable(Function.identity())
        .filter(port -> port.addresses().contains(address))
        .next()
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest(
                        "Unable to find fixed IP %s of the instance.".formatted(address))))
        .flatMap(
            port -> {
              List<Port.FixedIp> others =
                  port.fixedIps().stream()
                      .filter(fixed -> !fixed.ipAddress().equals(address))
                      .toList();
              return life.update(transaction, port, port, Optional.of(AddressWish.all(others)));
            })
        .then();
  }

  private Mono<List<Port>> locked(Transaction transaction, String instanceId) {
    return life.lockOfDevice(transaction, instanceId).collectList();
  }

  private Mono<Void> letGo(Transaction transaction, Port port) {
    return port.madeForInstance()
        ? life.delete(transaction, port)
        : life.update(transaction, port, plugged(port, Device.NONE), Optional.empty()).then();
  }

  @Override
  public Mono<Void> moveTo(Transaction transaction, String instanceId, String host) {
    return locked(transaction, instanceId)
        .flatMapIterable(Function.identity())
        .concatMap(port -> life.update(transaction, port, port.boundTo(host), Optional.empty()))
        .then();
  }

  @Override
  public Mono<Void> release(Transaction transaction, String instanceId) {
    return locked(transaction, instanceId)
        .flatMapIterable(Function.identity())
        .concatMap(port -> letGo(transaction, port))
        .then();
  }

  @Override
  public Flux<BoundPort> ofInstances(Session session, List<String> instanceIds) {
    return InstanceCards.of(session, instanceIds);
  }

  @Override
  public Flux<String> reachedAt(
      Session session, Viewer viewer, Optional<String> v4, Optional<String> v6) {
    return ports.devicesAt(session, viewer, v4, v6);
  }

  private Mono<BoundPort> claimOne(
      Transaction transaction,
      Caller caller,
      Device device,
      Nic nic,
      Optional<List<String>> groups) {
    if (nic.portId().isPresent()) {
      return takeOver(transaction, caller, device, nic.portId().get())
          .flatMap(port -> card(transaction, port));
    }
    UUID networkId =
        nic.networkId()
            .map(id -> Ids.parse(id).orElseThrow(() -> ApiFault.notFound("Network", id)))
            .orElseThrow(() -> ApiFault.badRequest("A network needs a uuid or a port."));
    Optional<List<AddressWish>> wishes =
        nic.fixedIp().map(ip -> List.of(new AddressWish(Optional.empty(), Optional.of(ip))));
    PortDraft draft =
        new PortDraft(
            caller.projectId(),
            networkId,
            "",
            "",
            Optional.empty(),
            wishes,
            groups,
            true,
            Optional.empty(),
            List.of(),
            Port.Options.NONE,
            device);
    return life.create(transaction, Viewer.of(caller), draft).map(BoundInstancePorts::bound);
  }

  private Mono<Port> takeOver(
      Transaction transaction, Caller caller, Device device, String portId) {
    UUID id = Ids.parse(portId).orElseThrow(() -> ApiFault.notFound("Port", portId));
    return life.lock(transaction, new Viewer(caller.projectId(), false), id)
        .flatMap(
            port ->
                port.deviceId().isEmpty()
                    ? life.update(transaction, port, plugged(port, device), Optional.empty())
                    : Mono.error(ApiFault.conflict("Port " + portId + " is still in use.")));
  }

  private Mono<Optional<List<String>>> groupIds(
      Transaction transaction, Caller caller, List<String> namesOrIds) {
    if (namesOrIds.isEmpty()) {
      return Mono.just(Optional.empty());
    }
    return Flux.fromIterable(namesOrIds)
        .concatMap(nameOrId -> groupId(transaction, caller, nameOrId))
        .map(UUID::toString)
        .distinct()
        .collectList()
        .map(Optional::of);
  }

  private Mono<UUID> groupId(Transaction transaction, Caller caller, String nameOrId) {
    Viewer own = new Viewer(caller.projectId(), false);
    Flux<UUID> byId =
        Mono.justOrEmpty(Ids.parse(nameOrId))
            .flatMapMany(id -> groups.find(transaction, own, id).map(group -> group.id()));
    return byId.onErrorResume(ApiFault.class, e -> Flux.empty())
        .concatWith(groups.idsNamed(transaction, caller.projectId(), nameOrId))
        .distinct()
        .collectList()
        .map(
            found -> {
              if (found.size() == 1) {
                return found.getFirst();
              }
              throw found.isEmpty()
                  ? ApiFault.badRequest("Security group " + nameOrId + " not found.")
                  : ApiFault.conflict("Several security groups are named " + nameOrId + ".");
            });
  }

  private static Mono<BoundPort> card(Session session, Port port) {
    return InstanceCards.of(session, List.of(port.deviceId()))
        .filter(card -> card.portId().equals(port.id().toString()))
        .next();
  }

  private static BoundPort bound(PortLife.Made made) {
    Port port = made.port();
    Network network = made.network();
    return new BoundPort(
        port.deviceId(),
        port.id().toString(),
        network.id().toString(),
        network.name(),
        port.mac(),
        port.tapName(),
        network.mtu(),
        port.wired(),
        port.fixedIps().stream()
            .map(fixed -> new FixedAddress(fixed.subnetId(), fixed.ipAddress()))
            .toList(),
        List.of());
  }

  private static Port plugged(Port port, Device device) {
    return new Port(
        port.id(),
        port.networkId(),
        port.projectId(),
        port.name(),
        port.description(),
        port.mac(),
        port.adminStateUp(),
        port.portSecurityEnabled(),
        device.id(),
        device.owner(),
        device.host(),
        device.hostname(),
        port.wired(),
        device.madeForInstance(),
        device.card(),
        port.fixedIps(),
        port.securityGroupIds(),
        port.allowedAddressPairs(),
        port.options(),
        port.createdAt(),
        port.updatedAt(),
        port.revision());
  }
}
