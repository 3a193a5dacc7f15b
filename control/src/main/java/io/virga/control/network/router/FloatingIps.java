package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.FloatingIp.Target;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.router.FloatingIpDraft.Association;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How floating IPs come to be, change what they stand for, and go. */
public final class FloatingIps {

  private final NetworkStore networks;
  private final PortStore ports;
  private final FloatingIpStore floatingIps;
  private final Targets targets;
  private final PortLife life;
  private final HostViews hosts;
  private final Quota quota;

  public FloatingIps(RouterStores stores, PortLife life, HostViews hosts, Quota quota) {
    this.networks = stores.networks();
    this.ports = stores.ports();
    this.floatingIps = stores.floatingIps();
    this.targets = new Targets(stores);
    this.life = life;
    this.hosts = hosts;
    this.quota = quota;
  }

  /** Takes an address of the external network. */
  public Mono<FloatingIp> create(Transaction transaction, Viewer viewer, FloatingIpDraft draft) {
    UUID id = Ids.next();
    return hosts
        .lock(transaction)
        .then(networks.find(transaction, viewer, draft.networkId()))
        .flatMap(FloatingIps::refuseOthers)
        .then(quota.claim(transaction, draft.projectId(), Resource.FLOATING_IPS, 1))
        .then(Mono.defer(() -> take(transaction, id, draft)))
        .then(floatingIps.find(transaction, Viewer.EVERYTHING, id))
        .flatMap(
            made ->
                draft.association().isEmpty()
                    ? Mono.just(made)
                    : associate(transaction, viewer, made, draft.association()))
        .flatMap(made -> floatingIps.find(transaction, Viewer.EVERYTHING, id));
  }

  /** Finds one that is to be changed, and keeps others from changing it. */
  public Mono<FloatingIp> lock(Transaction transaction, Viewer viewer, UUID id) {
    return hosts.lock(transaction).then(floatingIps.find(transaction, viewer, id));
  }

  /** Describes a locked one anew. */
  public Mono<FloatingIp> describe(Transaction transaction, FloatingIp before, String description) {
    FloatingIp after = changed(before, description, before.target(), before.routerId());
    return floatingIps.update(transaction, after).thenReturn(after);
  }

  /** Makes a locked one stand for the address of a port, or for nothing. */
  public Mono<FloatingIp> associate(
      Transaction transaction, Viewer viewer, FloatingIp before, Optional<Association> wish) {
    Mono<FloatingIp> after =
        wish.isEmpty()
            ? Mono.just(
                before.forwardings().isEmpty()
                    ? changed(before, before.description(), Optional.empty(), Optional.empty())
                    : before)
            : targets
                .reach(transaction, viewer, wish.get(), before.networkId())
                .flatMap(reached -> standingFor(transaction, before, reached));
    return after.flatMap(
        changed ->
            hosts.changing(
                transaction,
                scope(before, changed),
                floatingIps.update(transaction, changed).thenReturn(changed)));
  }

  /** Deletes a locked one with its port forwardings, and gives its address back. */
  public Mono<Void> delete(Transaction transaction, FloatingIp floatingIp) {
    Mono<Void> gone =
        floatingIps
            .delete(transaction, floatingIp.id())
            .then(ports.find(transaction, Viewer.EVERYTHING, floatingIp.externalPortId()))
            .flatMap(port -> life.delete(transaction, port));
    return hosts
        .changing(transaction, scope(floatingIp, floatingIp), gone)
        .then(quota.release(transaction, floatingIp.projectId(), Resource.FLOATING_IPS, 1));
  }

  /** Deletes those of an external network that stand for nothing; it is about to be deleted. */
  public Mono<Void> deleteUnused(Transaction transaction, UUID network) {
    return floatingIps
        .ofNetwork(transaction, network)
        .filter(floatingIp -> floatingIp.routerId().isEmpty())
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(floatingIp -> delete(transaction, floatingIp))
        .then();
  }

  private static Mono<Network> refuseOthers(Network network) {
    return network.external()
        ? Mono.just(network)
        : Mono.error(FloatingIpFaults.notExternal(network.id()));
  }

  private Mono<Void> take(Transaction transaction, UUID id, FloatingIpDraft draft) {
    PortDraft external =
        PortDraft.external(
            draft.networkId(),
            draft.address().map(List::<AddressWish>of),
            id.toString(),
            DeviceOwner.FLOATING_IP);
    return life.create(transaction, Viewer.EVERYTHING, external)
        .map(PortLife.Made::port)
        .flatMap(
            port ->
                port.fixedIps().isEmpty()
                    ? Mono.error(FloatingIpFaults.noSubnet(draft.networkId()))
                    : floatingIps.insert(transaction, fresh(id, draft, port)));
  }

  private Mono<FloatingIp> standingFor(
      Transaction transaction, FloatingIp before, Targets.Reached reached) {
    Target target = reached.target();
    if (!before.forwardings().isEmpty()) {
      return Mono.error(FloatingIpFaults.forwards(before));
    }
    return floatingIps
        .ofPort(transaction, target.portId())
        .filter(other -> !other.id().equals(before.id()))
        .collectList()
        .map(
            others -> {
              for (FloatingIp other : others) {
                refuseSecond(before, target, other);
              }
              return changed(
                  before,
                  before.description(),
                  Optional.of(target),
                  Optional.of(reached.routerId()));
            });
  }

  private static void refuseSecond(FloatingIp floatingIp, Target target, FloatingIp other) {
    if (other.target().filter(target::equals).isPresent()
        && other.networkId().equals(floatingIp.networkId())) {
      throw FloatingIpFaults.associated(other, target);
    }
    if (other.forwardings().stream().anyMatch(forwarding -> isTo(forwarding, target))) {
      throw FloatingIpFaults.forwardedTo(floatingIp, target);
    }
  }

  private static boolean isTo(PortForwarding forwarding, Target target) {
    return forwarding.internalPortId().equals(target.portId())
        && forwarding.internalIp().equals(target.fixedIp());
  }

  /** The routers by which it was, and will be, translated. */
  private static Scope scope(FloatingIp before, FloatingIp after) {
    Set<UUID> routers = new HashSet<>();
    before.routerId().ifPresent(routers::add);
    after.routerId().ifPresent(routers::add);
    return Scope.ofRouters(routers);
  }

  private static FloatingIp fresh(UUID id, FloatingIpDraft draft, Port external) {
    return new FloatingIp(
        id,
        draft.projectId(),
        draft.description(),
        draft.networkId(),
        external.id(),
        external.addresses().getFirst(),
        external.mac(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static FloatingIp changed(
      FloatingIp before, String description, Optional<Target> target, Optional<UUID> routerId) {
    return new FloatingIp(
        before.id(),
        before.projectId(),
        description,
        before.networkId(),
        before.externalPortId(),
        before.address(),
        before.mac(),
        target,
        routerId,
        before.forwardings(),
        before.port(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  /** The same, translated by a router because of a port forwarding. */
  static FloatingIp routedBy(FloatingIp floatingIp, UUID router) {
    return changed(floatingIp, floatingIp.description(), Optional.empty(), Optional.of(router));
  }
}
