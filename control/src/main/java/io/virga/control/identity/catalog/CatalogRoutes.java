package io.virga.control.identity.catalog;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The catalog as a token's owner sees it. */
public final class CatalogRoutes {

  private final Catalog catalog;
  private final Keystone keystone;

  public CatalogRoutes(Catalog catalog, Keystone keystone) {
    this.catalog = catalog;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v3/auth/catalog", LOGGED_IN, this::ofToken));
  }

  private Mono<ServerResponse> ofToken(ApiRequest request) {
    return catalog
        .of(request.caller().claims())
        .flatMap(
            views ->
                Replies.ok(
                    View.of("catalog", views)
                        .with("links", View.of("self", keystone.base() + "/auth/catalog"))));
  }
}
