package io.virga.control.compute.api;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Which projects see a flavor that is not public. */
final class FlavorAccessRoutes {

  private final Database database;
  private final FlavorStore flavors;

  FlavorAccessRoutes(Database database, FlavorStore flavors) {
    this.database = database;
    this.flavors = flavors;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/flavors/{id}/os-flavor-access", Rule.ADMIN, this::list),
        Route.post("/v2.1/flavors/{id}/action", Rule.ADMIN, this::act));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return find(request)
        .flatMap(
            flavor ->
                flavor.isPublic()
                    ? Mono.error(
                        ApiFault.of(
                            FaultKind.NOT_FOUND, "Access list not available for public flavors."))
                    : reply(flavor));
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    return request.json().flatMap(body -> find(request).flatMap(flavor -> act(body, flavor)));
  }

  private Mono<ServerResponse> act(JsonBody body, Flavor flavor) {
    return switch (body.names().size() == 1 ? body.names().getFirst() : "") {
      case "addTenantAccess" -> open(flavor, tenant(body, "addTenantAccess"));
      case "removeTenantAccess" -> close(flavor, tenant(body, "removeTenantAccess"));
      default ->
          throw ApiFault.badRequest(
              "There is no such action; expected addTenantAccess or removeTenantAccess.");
    };
  }

  private Mono<ServerResponse> open(Flavor flavor, String tenant) {
    if (flavor.isPublic()) {
      return Mono.error(ApiFault.conflict("Can not add access to a public flavor."));
    }
    return flavors
        .open(database, flavor.id(), tenant)
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "Flavor access already exists for flavor %s and project %s combination."
                        .formatted(flavor.id(), tenant)))
        .then(reply(flavor));
  }

  private Mono<ServerResponse> close(Flavor flavor, String tenant) {
    return flavors
        .close(database, flavor.id(), tenant)
        .flatMap(
            had ->
                had
                    ? reply(flavor)
                    : Mono.error(
                        ApiFault.of(
                            FaultKind.NOT_FOUND,
                            "Flavor access not found for %s / %s combination."
                                .formatted(flavor.id(), tenant))));
  }

  private static String tenant(JsonBody body, String action) {
    return body.object(action).text("tenant", ServerBodies.NAME_LENGTH);
  }

  private Mono<Flavor> find(ApiRequest request) {
    return flavors.find(database, request.path("id"), request.caller());
  }

  private Mono<ServerResponse> reply(Flavor flavor) {
    return flavors
        .projects(database, flavor.id())
        .map(project -> View.of("flavor_id", flavor.id()).with("tenant_id", project))
        .collectList()
        .flatMap(access -> Replies.ok(View.of("flavor_access", access)));
  }
}
