package io.virga.control.compute.api;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/flavors}. */
public final class FlavorRoutes {

  private static final int MAX_VCPUS = 512;
  private static final int MAX_SPECS = 128;

  private final Database database;
  private final FlavorStore flavors;
  private final ServerViews views;

  FlavorRoutes(Database database, FlavorStore flavors, ServerViews views) {
    this.database = database;
    this.flavors = flavors;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/flavors", Rule.READER, request -> list(request, false)),
        Route.get("/v2.1/flavors/detail", Rule.READER, request -> list(request, true)),
        Route.post("/v2.1/flavors", Rule.ADMIN, this::create),
        Route.get("/v2.1/flavors/{id}", Rule.READER, this::show),
        Route.delete("/v2.1/flavors/{id}", Rule.ADMIN, this::delete),
        Route.get("/v2.1/flavors/{id}/os-extra_specs", Rule.READER, this::extraSpecs),
        Route.post("/v2.1/flavors/{id}/os-extra_specs", Rule.ADMIN, this::addExtraSpecs));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    return flavors
        .list(database, request.caller().isAdmin())
        .filter(flavor -> atLeast(request, "minRam", flavor.ramMib()))
        .filter(flavor -> atLeast(request, "minDisk", flavor.diskGib()))
        .collectList()
        .flatMap(
            all ->
                Replies.ok(
                    Page.of(request)
                        .of(all, Flavor::id)
                        .map(detailed ? views::flavor : views::briefFlavor)
                        .view("flavors")));
  }

  private static boolean atLeast(ApiRequest request, String name, int value) {
    Optional<String> text = request.query(name);
    if (text.isPresent() && !text.get().matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest(name + ": '" + text.get() + "' is not a whole number");
    }
    return text.map(min -> value >= Integer.parseInt(min)).orElse(true);
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request).flatMap(flavor -> Replies.ok(View.of("flavor", views.flavor(flavor))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> flavor(body.object("flavor")))
        .flatMap(
            flavor ->
                flavors
                    .insert(database, flavor)
                    .onErrorMap(
                        DuplicateKeyException.class,
                        e ->
                            ApiFault.conflict(
                                "Flavor with name %s or ID %s already exists."
                                    .formatted(flavor.name(), flavor.id())))
                    .thenReturn(flavor))
        .flatMap(flavor -> Replies.ok(View.of("flavor", views.flavor(flavor))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return flavors.delete(database, request.path("id")).then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> extraSpecs(ApiRequest request) {
    return find(request).flatMap(flavor -> Replies.ok(View.of("extra_specs", flavor.extraSpecs())));
  }

  private Mono<ServerResponse> addExtraSpecs(ApiRequest request) {
    return request
        .json()
        .map(body -> body.textMap("extra_specs", MAX_SPECS, ServerBodies.NAME_LENGTH))
        .flatMap(
            added ->
                find(request)
                    .flatMap(
                        flavor -> {
                          Map<String, String> specs = new HashMap<>(flavor.extraSpecs());
                          specs.putAll(added);
                          return flavors.setExtraSpecs(database, flavor.id(), specs);
                        })
                    .then(Replies.ok(View.of("extra_specs", added))));
  }

  private Mono<Flavor> find(ApiRequest request) {
    return flavors.find(database, request.path("id"), request.caller().isAdmin());
  }

  private static Flavor flavor(JsonBody body) {
    return new Flavor(
        body.optionalText("id", ServerBodies.NAME_LENGTH)
            .filter(id -> !id.isEmpty() && !id.equals("auto"))
            .orElseGet(() -> Ids.next().toString()),
        body.text("name", ServerBodies.NAME_LENGTH),
        body.optionalText("description", ServerBodies.NAME_LENGTH).orElse(""),
        Math.toIntExact(body.number("vcpus", 1, MAX_VCPUS)),
        Math.toIntExact(body.number("ram", 1, Integer.MAX_VALUE)),
        Math.toIntExact(body.number("disk", 0, Integer.MAX_VALUE)),
        body.flag("os-flavor-access:is_public", true),
        Map.of());
  }
}
