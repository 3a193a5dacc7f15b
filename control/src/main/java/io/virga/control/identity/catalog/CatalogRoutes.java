package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Regions, services and endpoints, as the configuration has them: read-only. */
public final class CatalogRoutes {

  private final Catalog catalog;
  private final Keystone keystone;

  public CatalogRoutes(Catalog catalog, Keystone keystone) {
    this.catalog = catalog;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v3/auth/catalog", LOGGED_IN, this::ofToken),
        Route.get("/v3/regions", LOGGED_IN, this::regions),
        Route.get("/v3/regions/{id}", LOGGED_IN, this::region),
        Route.get("/v3/services", LOGGED_IN, this::services),
        Route.get("/v3/services/{id}", LOGGED_IN, this::service),
        Route.get("/v3/endpoints", LOGGED_IN, this::endpoints),
        Route.get("/v3/endpoints/{id}", LOGGED_IN, this::endpoint));
  }

  private Mono<ServerResponse> ofToken(ApiRequest request) {
    String project = request.caller().claims().projectId().orElse("");
    return Replies.ok(
        View.of("catalog", catalog.of(project))
            .with("links", View.of("self", keystone.base() + "/auth/catalog")));
  }

  private Mono<ServerResponse> regions(ApiRequest request) {
    return keystone.list(request, "regions", List.of(regionView()));
  }

  private Mono<ServerResponse> region(ApiRequest request) {
    if (!request.path("id").equals(catalog.region())) {
      throw ApiFault.notFound("Region", request.path("id"));
    }
    return Replies.ok(View.of("region", regionView()));
  }

  private View regionView() {
    return keystone.linked(
        "regions",
        catalog.region(),
        View.of("id", catalog.region())
            .with("description", "")
            .with("parent_region_id", Optional.empty()));
  }

  private Mono<ServerResponse> services(ApiRequest request) {
    List<View> found =
        catalog.services().stream()
            .filter(s -> request.query("type").map(s.type()::equals).orElse(true))
            .filter(s -> request.query("name").map(s.name()::equals).orElse(true))
            .map(this::view)
            .toList();
    return keystone.list(request, "services", found);
  }

  private Mono<ServerResponse> service(ApiRequest request) {
    String id = request.path("id");
    return Replies.ok(
        catalog.services().stream()
            .filter(service -> service.id().equals(id))
            .findFirst()
            .map(service -> View.of("service", view(service)))
            .orElseThrow(() -> ApiFault.notFound("Service", id)));
  }

  private View view(Catalog.Service service) {
    return keystone.linked("services", service.id(), service.view());
  }

  private record Endpoint(String id, Catalog.Service service, String kind) {}

  private List<Endpoint> allEndpoints() {
    List<Endpoint> all = new ArrayList<>();
    for (Catalog.Service service : catalog.services()) {
      for (String kind : Catalog.INTERFACES) {
        all.add(new Endpoint(Catalog.endpointId(service, kind), service, kind));
      }
    }
    return all;
  }

  private Mono<ServerResponse> endpoints(ApiRequest request) {
    Optional<String> region = request.query("region_id").or(() -> request.query("region"));
    List<View> found =
        allEndpoints().stream()
            .filter(e -> request.query("service_id").map(e.service().id()::equals).orElse(true))
            .filter(e -> request.query("interface").map(e.kind()::equals).orElse(true))
            .filter(e -> region.map(catalog.region()::equals).orElse(true))
            .map(this::view)
            .toList();
    return keystone.list(request, "endpoints", found);
  }

  private Mono<ServerResponse> endpoint(ApiRequest request) {
    String id = request.path("id");
    return Replies.ok(
        allEndpoints().stream()
            .filter(endpoint -> endpoint.id().equals(id))
            .findFirst()
            .map(endpoint -> View.of("endpoint", view(endpoint)))
            .orElseThrow(() -> ApiFault.notFound("Endpoint", id)));
  }

  private View view(Endpoint endpoint) {
    return keystone.linked(
        "endpoints",
        endpoint.id(),
        View.of("id", endpoint.id())
            .with("interface", endpoint.kind())
            .with("service_id", endpoint.service().id())
            .with("region", catalog.region())
            .with("region_id", catalog.region())
            .with("url", endpoint.service().url().replace("{project}", "%(project_id)s"))
            .with("enabled", true));
  }
}
