package io.virga.control.network.router;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.FloatingIp.Target;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.router.FloatingIpDraft.Association;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.tenancy.Viewer;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** How single transport ports of floating IPs are passed on. */
public final class PortForwardings {

  private final FloatingIpStore floatingIps;
  private final Targets targets;
  private final HostViews hosts;

  public PortForwardings(RouterStores stores, HostViews hosts) {
    this.floatingIps = stores.floatingIps();
    this.targets = new Targets(stores);
    this.hosts = hosts;
  }

  /**
   * Makes a forwarding of a locked floating IP, or writes it anew; what it is passed on to must be
   * reached by the router of the others.
   */
  public Mono<PortForwarding> save(
      Transaction transaction, Viewer viewer, FloatingIp floatingIp, PortForwarding wanted) {
    UUID port = wanted.internalPortId();
    if (floatingIp.target().isPresent()) {
      return Mono.error(FloatingIpFaults.standsForPort(floatingIp, port));
    }
    Optional<PortForwarding> colliding =
        floatingIp.forwardings().stream()
            .filter(other -> !other.id().equals(wanted.id()) && other.collides(wanted))
            .findFirst();
    if (colliding.isPresent()) {
      return Mono.error(FloatingIpFaults.duplicate(colliding.get()));
    }
    Association to =
        new Association(port, Optional.of(wanted.internalIp()).filter(ip -> !ip.isEmpty()));
    return targets
        .reach(transaction, viewer, to, floatingIp.networkId())
        .flatMap(
            reached ->
                refuseOtherRouter(floatingIp, wanted, reached.routerId())
                    .then(refuseAssociated(transaction, floatingIp, reached.target()))
                    .then(
                        hosts.changing(
                            transaction,
                            Scope.ofRouters(Set.of(reached.routerId())),
                            floatingIps
                                .update(
                                    transaction,
                                    FloatingIps.routedBy(floatingIp, reached.routerId()))
                                .then(
                                    floatingIps.save(
                                        transaction, wanted.to(reached.target().fixedIp()))))))
        .then(floatingIps.find(transaction, Viewer.EVERYTHING, floatingIp.id()))
        .map(written -> find(written, wanted.id()));
  }

  /** Deletes a forwarding of a locked floating IP. */
  public Mono<Void> delete(Transaction transaction, FloatingIp floatingIp, UUID id) {
    PortForwarding forwarding = find(floatingIp, id);
    return Mono.justOrEmpty(floatingIp.routerId())
        .flatMap(
            router ->
                hosts.changing(
                    transaction,
                    Scope.ofRouters(Set.of(router)),
                    floatingIps.deleteForwarding(transaction, forwarding.id())));
  }

  /** The forwarding of that id; fails with not found if the floating IP has none such. */
  public static PortForwarding find(FloatingIp floatingIp, UUID id) {
    return floatingIp.forwardings().stream()
        .filter(forwarding -> forwarding.id().equals(id))
        .findFirst()
        .orElseThrow(() -> ApiFault.notFound("PortForwarding", id.toString()));
  }

  private static Mono<Void> refuseOtherRouter(
      FloatingIp floatingIp, PortForwarding wanted, UUID router) {
    boolean alone =
        floatingIp.forwardings().stream().allMatch(other -> other.id().equals(wanted.id()));
    return alone || floatingIp.routerId().filter(router::equals).isPresent()
        ? Mono.empty()
        : Mono.error(
            FloatingIpFaults.otherRouter(floatingIp, floatingIp.routerId().orElse(router)));
  }

  private Mono<Void> refuseAssociated(
      Transaction transaction, FloatingIp floatingIp, Target target) {
    return floatingIps
        .ofPort(transaction, target.portId())
        .filter(other -> other.target().filter(target::equals).isPresent())
        .hasElements()
        .flatMap(
            some ->
                some
                    ? Mono.error(FloatingIpFaults.standsForPort(floatingIp, target.portId()))
                    : Mono.empty());
  }
}
