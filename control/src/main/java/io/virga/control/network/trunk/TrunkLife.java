package io.virga.control.network.trunk;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Trunk;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.TrunkStore;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How trunks come to be, change and go. A sub-port is bound where its trunk's port is, and by that
 * alone. Everything happens under the lock of what hosts see.
 */
public final class TrunkLife {

  private final TrunkStore trunks;
  private final PortStore ports;
  private final PortLife life;
  private final Quota quota;

  public TrunkLife(TrunkStore trunks, PortStore ports, PortLife life, Quota quota) {
    this.trunks = trunks;
    this.ports = ports;
    this.life = life;
    this.quota = quota;
  }

  /** Makes a trunk of a port that the viewer may use. */
  public Mono<Void> create(
      Transaction transaction, Viewer viewer, Trunk trunk, List<Trunk.SubPort> subPorts) {
    return ports
        .lock(transaction, viewer, trunk.portId())
        .doOnNext(TrunkLife::checkParent)
        .then(quota.claim(transaction, trunk.standard().projectId(), Resource.TRUNKS, 1))
        .then(Mono.defer(() -> trunks.insert(transaction, trunk)))
        .onErrorMap(DuplicateKeyException.class, e -> parentInUse(trunk.portId()))
        .then(Mono.defer(() -> addAll(transaction, viewer, trunk, subPorts)));
  }

  private static void checkParent(Port port) {
    if (port.options().trunk().isPresent()) {
      throw subPortInUse(port.id());
    }
    if (DeviceOwner.isRouting(port.deviceOwner())) {
      throw parentInUse(port.id());
    }
  }

  /** Adds sub-ports. */
  public Mono<Void> add(
      Transaction transaction, Viewer viewer, Trunk trunk, List<Trunk.SubPort> subPorts) {
    refuseDisabled(trunk);
    return addAll(transaction, viewer, trunk, subPorts);
  }

  private Mono<Void> addAll(
      Transaction transaction, Viewer viewer, Trunk trunk, List<Trunk.SubPort> subPorts) {
    return Flux.fromIterable(subPorts)
        .concatMap(sub -> add(transaction, viewer, trunk, sub))
        .then();
  }

  private Mono<Void> add(
      Transaction transaction, Viewer viewer, Trunk trunk, Trunk.SubPort subPort) {
    return ports
        .lock(transaction, viewer, subPort.portId())
        .doOnNext(TrunkLife::checkFree)
        .flatMap(
            port ->
                trunks
                    .add(transaction, trunk.id(), subPort)
                    .onErrorMap(DuplicateKeyException.class, e -> tagInUse(trunk, subPort))
                    .then(ports.find(transaction, Viewer.EVERYTHING, trunk.portId()))
                    .flatMap(
                        parent ->
                            life.update(
                                transaction,
                                port,
                                port.pluggedInto(trunk.id().toString(), DeviceOwner.SUB_PORT)
                                    .boundTo(parent.host()),
                                Optional.empty())))
        .then();
  }

  /** A port that nothing else uses. */
  private static void checkFree(Port port) {
    refusePart(port);
    if (!port.host().isEmpty() || !port.deviceId().isEmpty() || !port.deviceOwner().isEmpty()) {
      throw ApiFault.conflict(
              "Port %s is in use by %s and cannot be a sub-port."
                  .formatted(port.id(), port.deviceId().isEmpty() ? "a host" : port.deviceId()))
          .ofType("PortInUse");
    }
  }

  /** Fails if the port may not be deleted by itself, for it is a part of a trunk. */
  public static void refusePart(Port port) {
    if (port.options().trunk().isPresent()) {
      throw subPortInUse(port.id());
    }
    if (port.options().carries().isPresent()) {
      throw parentOf(port.id(), port.options().carries().get().trunkId());
    }
  }

  /** Takes sub-ports out. */
  public Mono<Void> remove(Transaction transaction, Trunk trunk, List<UUID> subPorts) {
    refuseDisabled(trunk);
    for (UUID id : subPorts) {
      if (trunk.subPorts().stream().noneMatch(sub -> sub.portId().equals(id))) {
        throw ApiFault.notFound("SubPort", id.toString());
      }
    }
    return Flux.fromIterable(subPorts).concatMap(id -> life.leaveTrunk(transaction, id)).then();
  }

  /** Ends it; its ports stay. */
  public Mono<Void> delete(Transaction transaction, Trunk trunk) {
    return life.endTrunk(transaction, trunk);
  }

  private static void refuseDisabled(Trunk trunk) {
    if (!trunk.adminStateUp()) {
      throw ApiFault.conflict(
              "Trunk %s is currently disabled: its sub-ports stay as they are."
                  .formatted(trunk.id()))
          .ofType("TrunkDisabled");
    }
  }

  private static ApiFault parentInUse(UUID port) {
    return ApiFault.conflict(
            "Port %s is currently in use and is not eligible for use as a parent port."
                .formatted(port))
        .ofType("ParentPortInUse");
  }

  /** A sub-port is bound and owned by its trunk alone. */
  public static ApiFault subPortInUse(UUID port) {
    return ApiFault.conflict("Port %s is a sub-port of a trunk.".formatted(port))
        .ofType("PortInUseAsSubPort");
  }

  private static ApiFault parentOf(UUID port, UUID trunk) {
    return ApiFault.conflict("Port %s is the parent port of trunk %s.".formatted(port, trunk))
        .ofType("PortInUseAsTrunkParent");
  }

  private static ApiFault tagInUse(Trunk trunk, Trunk.SubPort subPort) {
    return ApiFault.conflict(
            "segmentation_id %d is in use by another sub-port of trunk %s."
                .formatted(subPort.vlan(), trunk.id()))
        .ofType("DuplicateSubPort");
  }
}
