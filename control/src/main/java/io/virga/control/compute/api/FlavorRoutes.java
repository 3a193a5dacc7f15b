package io.virga.control.compute.api;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/flavors}. */
final class FlavorRoutes {

  private static final int MAX_VCPUS = 512;
  private static final int MAX_SPECS = 128;
  private static final int MAX_RXTX = 10_000;
  private static final int DESCRIPTION = 55;
  private static final String SPEC_NAME = "[a-zA-Z0-9_:. -]{1,255}";

  private static final Map<String, Comparator<Flavor>> ORDERS =
      Map.of(
          "flavorid", Comparator.comparing(Flavor::id),
          "id", Comparator.comparing(Flavor::id),
          "name", Comparator.comparing(Flavor::name),
          "memory_mb", Comparator.comparing(Flavor::ramMib),
          "root_gb", Comparator.comparing(Flavor::diskGib),
          "vcpus", Comparator.comparing(Flavor::vcpus),
          "swap", Comparator.comparing(flavor -> flavor.extra().swapMib()),
          "ephemeral_gb", Comparator.comparing(flavor -> flavor.extra().ephemeralGib()));

  private final Database database;
  private final FlavorStore flavors;
  private final FlavorViews views;

  FlavorRoutes(Database database, FlavorStore flavors, FlavorViews views) {
    this.database = database;
    this.flavors = flavors;
    this.views = views;
  }

  List<Route> routes() {
    String specs = "/v2.1/flavors/{id}/os-extra_specs";
    return List.of(
        Route.get("/v2.1/flavors", Rule.READER, request -> list(request, false)),
        Route.get("/v2.1/flavors/detail", Rule.READER, request -> list(request, true)),
        Route.post("/v2.1/flavors", Rule.ADMIN, this::create),
        Route.get("/v2.1/flavors/{id}", Rule.READER, this::show),
        Route.put("/v2.1/flavors/{id}", Rule.ADMIN, this::update),
        Route.delete("/v2.1/flavors/{id}", Rule.ADMIN, this::delete),
        Route.get(specs, Rule.READER, this::extraSpecs),
        Route.post(specs, Rule.ADMIN, this::addExtraSpecs),
        Route.get(specs + "/{key}", Rule.READER, this::extraSpec),
        Route.put(specs + "/{key}", Rule.ADMIN, this::setExtraSpec),
        Route.delete(specs + "/{key}", Rule.ADMIN, this::deleteExtraSpec));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion version = Microversion.of(request);
    Optional<Boolean> wanted = isPublic(request);
    Comparator<Flavor> order = order(request);
    return flavors
        .list(database, request.caller())
        .filter(flavor -> wanted.map(is -> is == flavor.isPublic()).orElse(true))
        .filter(flavor -> atLeast(request, "minRam", flavor.ramMib()))
        .filter(flavor -> atLeast(request, "minDisk", flavor.diskGib()))
        .collectSortedList(order)
        .flatMap(
            all ->
                Replies.ok(
                    Page.of(request)
                        .of(all, Flavor::id)
                        .map(
                            flavor ->
                                detailed
                                    ? views.whole(flavor, version)
                                    : views.brief(flavor, version))
                        .view("flavors")));
  }

  /** Administrators see the public ones unless they ask for others, {@code none} for all. */
  private static Optional<Boolean> isPublic(ApiRequest request) {
    if (!request.caller().isAdmin()) {
      return Optional.empty();
    }
    Optional<String> asked = request.query("is_public");
    return asked.filter("none"::equalsIgnoreCase).isPresent()
        ? Optional.empty()
        : Optional.of(asked.map(text -> ServerFilter.flag("is_public", text)).orElse(true));
  }

  private static Comparator<Flavor> order(ApiRequest request) {
    String key = request.query("sort_key").orElse("flavorid");
    Comparator<Flavor> order =
        Optional.ofNullable(ORDERS.get(key))
            .orElseThrow(
                () ->
                    ApiFault.badRequest(
                        "sort_key: '%s' is not one of %s"
                            .formatted(
                                key,
                                String.join(", ", ORDERS.keySet().stream().sorted().toList()))));
    Comparator<Flavor> whole = order.thenComparing(Flavor::id);
    return switch (request.query("sort_dir").orElse("asc")) {
      case "asc" -> whole;
      case "desc" -> whole.reversed();
      default -> throw ApiFault.badRequest("sort_dir: is not one of asc, desc");
    };
  }

  private static boolean atLeast(ApiRequest request, String name, int value) {
    Optional<String> text = request.query(name);
    if (text.isPresent() && !text.get().matches("[0-9]{1,9}")) {
      throw ApiFault.badRequest(name + ": '" + text.get() + "' is not a whole number");
    }
    return text.map(min -> value >= Integer.parseInt(min)).orElse(true);
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request).flatMap(flavor -> reply(request, flavor));
  }

  private Mono<ServerResponse> reply(ApiRequest request, Flavor flavor) {
    return Replies.ok(View.of("flavor", views.whole(flavor, Microversion.of(request))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return request
        .json()
        .map(body -> flavor(body.object("flavor"), version))
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
        .flatMap(flavor -> reply(request, flavor));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    Microversion.require(request, DESCRIPTION);
    return request
        .json()
        .map(body -> body.object("flavor").optionalText("description", ServerBodies.NAME_LENGTH))
        .flatMap(
            text ->
                find(request)
                    .flatMap(flavor -> flavors.describe(database, flavor.id(), text.orElse("")))
                    .then(show(request)));
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
        .map(body -> specs(body.textMap("extra_specs", MAX_SPECS, ServerBodies.NAME_LENGTH)))
        .flatMap(
            added ->
                change(request, before -> with(before, added))
                    .then(Replies.ok(View.of("extra_specs", added))));
  }

  private Mono<ServerResponse> extraSpec(ApiRequest request) {
    String key = request.path("key");
    return find(request)
        .flatMap(flavor -> Replies.ok(Map.of(key, value(flavor.id(), flavor.extraSpecs(), key))));
  }

  private Mono<ServerResponse> setExtraSpec(ApiRequest request) {
    String key = request.path("key");
    return request
        .json()
        .flatMap(
            body -> {
              if (!body.names().equals(List.of(key))) {
                throw ApiFault.badRequest("Request body and URI mismatch");
              }
              Map<String, String> set =
                  specs(
                      Map.of(
                          key,
                          body.optionalText(key, ServerBodies.NAME_LENGTH)
                              .orElseThrow(() -> ApiFault.badRequest(key + ": is required"))));
              return change(request, before -> with(before, set)).then(Replies.ok(set));
            });
  }

  private Mono<ServerResponse> deleteExtraSpec(ApiRequest request) {
    String key = request.path("key");
    return change(
            request,
            before -> {
              value(request.path("id"), before, key);
              Map<String, String> left = new HashMap<>(before);
              left.remove(key);
              return left;
            })
        .then(ServerResponse.status(HttpStatus.OK).build());
  }

  private Mono<Void> change(ApiRequest request, UnaryOperator<Map<String, String>> change) {
    return database.inTransaction(
        transaction ->
            flavors
                .lock(transaction, request.path("id"), request.caller())
                .flatMap(
                    flavor ->
                        flavors.setExtraSpecs(
                            transaction, flavor.id(), change.apply(flavor.extraSpecs()))));
  }

  private static Map<String, String> with(Map<String, String> before, Map<String, String> added) {
    Map<String, String> specs = new HashMap<>(before);
    specs.putAll(added);
    return specs;
  }

  private static Map<String, String> specs(Map<String, String> specs) {
    for (String name : specs.keySet()) {
      if (!name.matches(SPEC_NAME)) {
        throw ApiFault.badRequest(
            "extra_specs: '%s' has other characters than letters, digits, space, _ - : ."
                .formatted(name));
      }
    }
    return specs;
  }

  private static String value(String flavorId, Map<String, String> specs, String key) {
    return Optional.ofNullable(specs.get(key))
        .orElseThrow(
            () ->
                ApiFault.of(
                    FaultKind.NOT_FOUND,
                    "Flavor %s has no extra specs with key %s.".formatted(flavorId, key)));
  }

  private Mono<Flavor> find(ApiRequest request) {
    return flavors.find(database, request.path("id"), request.caller());
  }

  private static Flavor flavor(JsonBody body, Microversion version) {
    return new Flavor(
        body.optionalText("id", ServerBodies.NAME_LENGTH)
            .filter(id -> !id.isEmpty() && !id.equals("auto"))
            .orElseGet(() -> Ids.next().toString()),
        body.text("name", ServerBodies.NAME_LENGTH),
        version.atLeast(DESCRIPTION)
            ? body.optionalText("description", ServerBodies.NAME_LENGTH).orElse("")
            : "",
        Math.toIntExact(body.number("vcpus", 1, MAX_VCPUS)),
        Math.toIntExact(body.number("ram", 1, Integer.MAX_VALUE)),
        Math.toIntExact(body.number("disk", 0, Integer.MAX_VALUE)),
        new Flavor.Extra(
            Math.toIntExact(
                body.optionalNumber("OS-FLV-EXT-DATA:ephemeral", 0, Integer.MAX_VALUE).orElse(0L)),
            swap(body),
            rxtx(body)),
        body.flag("os-flavor-access:is_public", true),
        Map.of());
  }

  /** Nova shows nothing for none, so clients send that, too. */
  private static int swap(JsonBody body) {
    boolean none =
        body.member("swap").filter(v -> v.isString() && v.stringValue().isEmpty()).isPresent();
    return none ? 0 : Math.toIntExact(body.optionalNumber("swap", 0, Integer.MAX_VALUE).orElse(0L));
  }

  private static float rxtx(JsonBody body) {
    String text =
        body.member("rxtx_factor")
            .map(v -> v.isString() ? v.stringValue() : v.toString())
            .orElse("1");
    if (!text.matches("[0-9]{1,5}(\\.[0-9]{1,6})?")
        || Float.parseFloat(text) <= 0
        || Float.parseFloat(text) > MAX_RXTX) {
      throw ApiFault.badRequest(
          "%s: '%s' is not a number above 0, at most %d"
              .formatted(body.at("rxtx_factor"), text, MAX_RXTX));
    }
    return Float.parseFloat(text);
  }
}
