package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.Standard;
import io.virga.control.network.model.Trunk;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.store.TrunkStore;
import io.virga.control.network.trunk.TrunkLife;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/trunks}. */
public final class TrunkRoutes implements Lifecycle {

  private static final String SUB_PORTS = "sub_ports";
  private static final int MAX_SUB_PORTS = 128;
  private static final int MAX_VLAN = 4094;

  private final Database database;
  private final HostViews hosts;
  private final TrunkStore trunks;
  private final TrunkLife life;

  public TrunkRoutes(Database database, HostViews hosts, TrunkStore trunks, TrunkLife life) {
    this.database = database;
    this.hosts = hosts;
    this.trunks = trunks;
    this.life = life;
  }

  public List<Route> routes() {
    ResourceType<Trunk> type =
        ResourceType.of(
            ResourceType.Names.of("trunk"),
            TrunkStore.TABLE,
            trunks.rows(),
            List.of(
                Attribute.of("name", Trunk::name).text("k.name"),
                Attribute.of("port_id", Trunk::portId).id("k.port_id"),
                Attribute.of("admin_state_up", Trunk::adminStateUp).flag("k.admin_state_up"),
                Attribute.<Trunk>of("status", TrunkRoutes::status),
                Attribute.<Trunk>of(SUB_PORTS, TrunkRoutes::subPorts)));
    CollectionRoutes<Trunk> collection = new CollectionRoutes<>(database, hosts, type, this);
    return Stream.concat(
            collection.routes().stream(),
            Stream.of(
                collection.action("add_subports", this::add),
                collection.action("remove_subports", this::remove),
                Route.get("/v2.0/trunks/{id}/get_subports", Rule.READER, this::show)))
        .toList();
  }

  private static String status(Trunk trunk) {
    return !trunk.bound() ? Views.DOWN : trunk.wired() ? Views.ACTIVE : "BUILD";
  }

  private static List<View> subPorts(Trunk trunk) {
    return trunk.subPorts().stream()
        .map(
            sub ->
                View.of("port_id", sub.portId())
                    .with("segmentation_type", "vlan")
                    .with("segmentation_id", sub.vlan()))
        .toList();
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return trunks
        .find(database, Viewer.of(request.caller()), request.id("id", "Trunk"))
        .flatMap(trunk -> Replies.ok(View.of(SUB_PORTS, subPorts(trunk))));
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Trunk trunk =
        new Trunk(
            Standard.ofNew(Ids.next(), Fields.project(request, body), Fields.description(body)),
            Fields.name(body),
            Fields.id(body, "port_id", "Port"),
            body.flag("admin_state_up", true),
            false,
            false,
            List.of());
    return life.create(transaction, Viewer.of(request.caller()), trunk, wanted(body))
        .thenReturn(trunk.id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    body.allowOnly("name", "description", "admin_state_up");
    return trunks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(
            before ->
                trunks.update(
                    transaction,
                    before.changed(
                        Fields.described(before.standard(), body),
                        Fields.name(body, before.name()),
                        body.flag("admin_state_up", before.adminStateUp()))));
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return trunks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(trunk -> life.delete(transaction, trunk));
  }

  private Mono<Void> add(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    List<Trunk.SubPort> more = wanted(body);
    return trunks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(trunk -> life.add(transaction, Viewer.of(request.caller()), trunk, more));
  }

  private Mono<Void> remove(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    List<UUID> less =
        body.objects(SUB_PORTS, MAX_SUB_PORTS).stream()
            .map(one -> Fields.id(one, "port_id", "Port"))
            .toList();
    return trunks
        .find(transaction, Viewer.EVERYTHING, id)
        .flatMap(trunk -> life.remove(transaction, trunk, less));
  }

  private static List<Trunk.SubPort> wanted(JsonBody body) {
    return body.has(SUB_PORTS)
        ? body.objects(SUB_PORTS, MAX_SUB_PORTS).stream().map(TrunkRoutes::subPort).toList()
        : List.of();
  }

  private static Trunk.SubPort subPort(JsonBody body) {
    if (body.optionalChoice("segmentation_type", List.of("vlan")).isEmpty()
        && !body.has("segmentation_id")) {
      throw ApiFault.badRequest(
              body.at("segmentation_id") + ": is required, a VLAN of 1 to " + MAX_VLAN)
          .ofType("InvalidInput");
    }
    return new Trunk.SubPort(
        Fields.id(body, "port_id", "Port"), (int) body.number("segmentation_id", 1, MAX_VLAN));
  }
}
