package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.model.Router;
import io.virga.control.network.model.Router.Route;
import io.virga.control.network.router.ExtraRoutes;
import io.virga.control.network.router.GatewayWish;
import io.virga.control.network.router.RouterChange;
import io.virga.control.network.router.RouterChange.GatewayChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads routers from requests. */
final class RouterBodies {

  private static final List<String> ADMINISTRATORS = List.of("distributed", "ha");

  private RouterBodies() {}

  static Router read(ApiRequest request, JsonBody body) {
    ADMINISTRATORS.forEach(name -> Fields.adminOnly(request, body, name));
    return new Router(
        Ids.next(),
        Fields.project(request, body),
        Fields.name(body),
        Fields.description(body),
        body.flag("admin_state_up", true),
        0,
        body.flag("distributed", true),
        body.flag("ha", true),
        zoneHints(body),
        List.of(),
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  /** What the body says beside the attributes of a new router; all of it for one that is there. */
  static RouterChange change(ApiRequest request, JsonBody body) {
    ADMINISTRATORS.forEach(name -> Fields.adminOnly(request, body, name));
    return new RouterChange(before -> changed(body, before), gateway(request, body));
  }

  /** The same router with these routes beside its own. */
  static Router withMore(Router before, List<Route> more) {
    Set<Route> own = Set.copyOf(before.routes());
    List<Route> all = new ArrayList<>(before.routes());
    more.stream().filter(route -> !own.contains(route)).forEach(all::add);
    return before.withRoutes(all);
  }

  static Router without(Router before, List<Route> less) {
    Set<Route> gone = Set.copyOf(less);
    return before.withRoutes(
        before.routes().stream().filter(route -> !gone.contains(route)).toList());
  }

  static List<Route> routes(JsonBody body) {
    List<Route> routes =
        body.objects("routes", ExtraRoutes.MAX_ROUTES).stream()
            .map(
                route ->
                    new Route(
                        Fields.prefix(
                                route.at("destination"),
                                route.text("destination", Fields.NAME_LENGTH))
                            .toString(),
                        Fields.ip(route.at("nexthop"), route.text("nexthop", Fields.NAME_LENGTH))
                            .toString()))
            .toList();
    Set<Route> seen = new HashSet<>();
    for (Route route : routes) {
      if (!seen.add(route)) {
        throw Fields.invalid(
            "%s: %s via %s comes twice"
                .formatted(body.at("routes"), route.destination(), route.nexthop()));
      }
    }
    return routes;
  }

  private static Router changed(JsonBody body, Router before) {
    return new Router(
        before.id(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        body.flag("admin_state_up", before.adminStateUp()),
        before.number(),
        body.flag("distributed", before.distributed()),
        body.flag("ha", before.ha()),
        before.zoneHints(),
        body.has("routes") ? routes(body) : before.routes(),
        before.gateway(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  private static Optional<GatewayChange> gateway(ApiRequest request, JsonBody body) {
    if (!body.has("external_gateway_info")) {
      return Optional.empty();
    }
    return Optional.of(
        new GatewayChange(
            body.optionalObject("external_gateway_info")
                .filter(info -> !info.names().isEmpty())
                .map(info -> wish(request, info))));
  }

  private static GatewayWish wish(ApiRequest request, JsonBody info) {
    Fields.adminOnly(request, info, "enable_snat");
    Fields.adminOnly(request, info, "external_fixed_ips");
    return new GatewayWish(
        Fields.id(info, "network_id", "Network"),
        info.flag("enable_snat", true),
        PortBodies.wishes(info, "external_fixed_ips"));
  }

  private static List<String> zoneHints(JsonBody body) {
    List<String> hints =
        body.texts("availability_zone_hints", Fields.MAX_ITEMS, Fields.NAME_LENGTH);
    hints.stream()
        .filter(hint -> !hint.equals(Views.ZONE))
        .findFirst()
        .ifPresent(
            hint -> {
              throw ApiFault.notFound("AvailabilityZone", hint);
            });
    return hints;
  }
}
