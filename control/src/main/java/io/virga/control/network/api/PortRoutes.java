package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.port.PortDraft;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.QosStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.network.trunk.TrunkLife;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/ports}. */
public final class PortRoutes implements Lifecycle {

  private final Database database;
  private final PortStore ports;
  private final SecurityGroupStore groups;
  private final PortLife life;
  private final HostViews hosts;
  private final QosStore qos = new QosStore();

  public PortRoutes(
      Database database,
      PortStore ports,
      SecurityGroupStore groups,
      PortLife life,
      HostViews hosts) {
    this.database = database;
    this.ports = ports;
    this.groups = groups;
    this.life = life;
    this.hosts = hosts;
  }

  public List<Route> routes() {
    return new CollectionRoutes<>(database, hosts, PortAttributes.type(ports.seenRows()), this)
        .routes();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    PortDraft draft = PortBodies.read(request, body);
    return checkGroups(transaction, viewer, draft.groupIds().orElse(List.of()))
        .then(qos.checkChange(transaction, viewer, Optional.empty(), draft.options().qosPolicyId()))
        .then(Mono.defer(() -> life.create(transaction, viewer, draft)))
        .map(made -> made.port().id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    return ports
        .find(transaction, viewer, id)
        .flatMap(
            before -> {
              Port after = PortBodies.changed(request, body, before);
              return checkGroups(transaction, viewer, after.securityGroupIds())
                  .then(
                      qos.checkChange(
                          transaction,
                          viewer,
                          before.options().qosPolicyId(),
                          after.options().qosPolicyId()))
                  .then(
                      life.update(
                          transaction,
                          viewer,
                          before,
                          after,
                          PortBodies.wishes(body, "fixed_ips")));
            })
        .then();
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    Viewer viewer = Viewer.of(request.caller());
    return ports
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(port -> deleteFree(transaction, viewer, port));
  }

  /**
   * A port that was made for an instance goes with it; taking it away would leave a dead card. The
   * ports of routers and floating IPs go with these, whoever asks.
   */
  private Mono<Void> deleteFree(Transaction transaction, Viewer viewer, Port port) {
    if (DeviceOwner.isRouting(port.deviceOwner())) {
      return Mono.error(
          ApiFault.conflict(
                  "Port %s cannot be deleted directly via the port API: has device owner %s."
                      .formatted(port.id(), port.deviceOwner()))
              .ofType("ServicePortInUse"));
    }
    if (port.madeForInstance() && !viewer.everything()) {
      return Mono.error(
          ApiFault.conflict(
                  "Port %s cannot be deleted directly via the port API: it belongs to server %s."
                      .formatted(port.id(), port.deviceId()))
              .ofType("PortInUse"));
    }
    TrunkLife.refusePart(port);
    return life.delete(transaction, port);
  }

  private Mono<Void> checkGroups(Transaction transaction, Viewer viewer, List<String> ids) {
    return Flux.fromIterable(ids)
        .concatMap(id -> groups.find(transaction, viewer, Ids.parse(id).orElseThrow()))
        .then();
  }
}
