package io.virga.control.compute.api;

import io.virga.control.compute.store.ServerLists;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.InstancePorts;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.ListPart;
import io.virga.control.tenancy.ListQuery;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists of servers, brief and detailed. */
final class ServerListRoutes {

  private static final int IPV6_FOR_ALL = 5;

  private final Database database;
  private final InstancePorts ports;
  private final WholeServers whole;
  private final ServerViews views;
  private final ServerLists lists = new ServerLists();

  ServerListRoutes(Database database, InstancePorts ports, WholeServers whole, ServerViews views) {
    this.database = database;
    this.ports = ports;
    this.whole = whole;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/servers", Rule.READER, request -> list(request, this::brief)),
        Route.get("/v2.1/servers/detail", Rule.READER, request -> list(request, this::detailed)));
  }

  /** Shows a page of what is asked for. */
  @FunctionalInterface
  private interface Form {

    Mono<Page.Cut<View>> show(Page page, Viewer viewer, ListQuery query, ListPart part);
  }

  private Mono<ServerResponse> list(ApiRequest request, Form form) {
    Microversion version = Microversion.of(request);
    if (request.query("limit").filter("0"::equals).isPresent()) {
      return Replies.ok(View.of("servers", List.of()));
    }
    Page page = Page.of(request);
    Viewer viewer = viewer(request);
    ListPart part = new ListPart(page.marker().map(ServerListRoutes::marker), page.fetch());
    return reachedAt(request, version, viewer, ServerFilter.query(request, version))
        .flatMap(query -> form.show(page, viewer, query, part))
        .onErrorMap(Regexes::isInvalid, e -> Regexes.refusal())
        .flatMap(shown -> Replies.ok(shown.view("servers")));
  }

  private static UUID marker(String text) {
    return Ids.parse(text).orElseThrow(() -> ServerLists.noMarker(text));
  }

  private Mono<Page.Cut<View>> brief(Page page, Viewer viewer, ListQuery query, ListPart part) {
    return lists
        .names(database, viewer, query, part)
        .collectList()
        .map(found -> page.cut(found, server -> server.id().toString()).map(views::brief));
  }

  private Mono<Page.Cut<View>> detailed(Page page, Viewer viewer, ListQuery query, ListPart part) {
    ApiRequest request = page.request();
    Microversion version = Microversion.of(request);
    boolean admin = request.caller().isAdmin();
    return (ServerViews.showsUserData(request)
            ? lists.whole(database, viewer, query, part)
            : lists.withoutUserData(database, viewer, query, part))
        .collectList()
        .map(found -> page.cut(found, server -> server.id().toString()))
        .flatMap(
            cut ->
                whole
                    .of(request, cut.items())
                    .map(one -> views.whole(one, version, admin))
                    .collectList()
                    .map(items -> new Page.Cut<>(items, cut.next())));
  }

  private static Viewer viewer(ApiRequest request) {
    boolean all =
        request.hasQuery("all_tenants")
            && request
                .query("all_tenants")
                .map(text -> ServerFilter.flag("all_tenants", text))
                .orElse(true);
    if (all && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.");
    }
    return new Viewer(request.projectId(), all || asksForAnother(request));
  }

  /** An administrator who names another project means all that it has. */
  private static boolean asksForAnother(ApiRequest request) {
    return request.caller().isAdmin()
        && !request.hasQuery("all_tenants")
        && request.query("tenant_id").filter(id -> !id.equals(request.projectId())).isPresent();
  }

  /**
   * With those alone that have an address which the expressions {@code ip} and {@code ip6} match.
   */
  private Mono<ListQuery> reachedAt(
      ApiRequest request, Microversion version, Viewer viewer, ListQuery query) {
    Optional<String> v4 = request.query("ip");
    Optional<String> v6 =
        request
            .query("ip6")
            .filter(text -> version.atLeast(IPV6_FOR_ALL) || request.caller().isAdmin());
    return v4.isEmpty() && v6.isEmpty()
        ? Mono.just(query)
        : ports
            .reachedAt(database, viewer, v4, v6)
            .concatMap(id -> Flux.fromStream(Ids.parse(id).stream()))
            .collectList()
            .map(ids -> query.and("s.id = ANY(:among)", "among", ids.toArray(UUID[]::new)));
  }
}
