package io.virga.control.compute.api;

import io.virga.control.compute.model.ServerGroup;
import io.virga.control.compute.store.ServerGroupStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/os-server-groups}. */
final class ServerGroupRoutes {

  private static final int OWNERS = 13;
  private static final int SOFT = 15;
  private static final int RULES = 64;
  private static final int MOST_PER_HOST = 1000;
  private static final String MAX_PER_HOST = "max_server_per_host";
  private static final List<String> HARD_POLICIES = List.of("affinity", "anti-affinity");
  private static final List<String> POLICIES =
      List.of("affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity");

  private final Database database;
  private final ServerGroupStore groups;
  private final Quota quota;

  ServerGroupRoutes(Database database, ServerGroupStore groups, Quota quota) {
    this.database = database;
    this.groups = groups;
    this.quota = quota;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-server-groups", Rule.READER, this::list),
        Route.post("/v2.1/os-server-groups", Rule.MEMBER, this::create),
        Route.get("/v2.1/os-server-groups/{group}", Rule.READER, this::show),
        Route.delete("/v2.1/os-server-groups/{group}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    boolean all = request.caller().isAdmin() && request.hasQuery("all_projects");
    int offset =
        request
            .query("offset")
            .map(
                text -> {
                  if (!text.matches("[0-9]{1,9}")) {
                    throw ApiFault.badRequest("offset: '" + text + "' is not a whole number");
                  }
                  return Integer.parseInt(text);
                })
            .orElse(0);
    Page page = Page.of(request);
    return groups
        .list(database, new Viewer(request.projectId(), all))
        .skip(offset)
        .take(page.limit())
        .map(group -> view(group, version))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("server_groups", views)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return groups
        .find(database, Viewer.of(request.caller()), request.id("group", "Instance group"))
        .flatMap(group -> reply(group, Microversion.of(request)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return request
        .json()
        .map(body -> group(request, body.object("server_group"), version))
        .flatMap(
            group ->
                database.inTransaction(
                    transaction ->
                        quota
                            .claim(transaction, group.projectId(), Resource.SERVER_GROUPS, 1)
                            .then(groups.insert(transaction, group))
                            .thenReturn(group)))
        .flatMap(group -> reply(group, version));
  }

  private static ServerGroup group(ApiRequest request, JsonBody body, Microversion version) {
    String name = body.text("name", ServerBodies.NAME_LENGTH);
    return new ServerGroup(
        Ids.next(),
        request.projectId(),
        request.caller().userId(),
        name,
        policy(body, version),
        maxPerHost(body, version),
        List.of());
  }

  private static String policy(JsonBody body, Microversion version) {
    List<String> accepted = version.atLeast(SOFT) ? POLICIES : HARD_POLICIES;
    if (version.atLeast(RULES)) {
      return body.optionalChoice("policy", accepted)
          .orElseThrow(() -> ApiFault.badRequest(body.at("policy") + ": is required"));
    }
    List<String> policies = body.texts("policies", 1, ServerBodies.NAME_LENGTH);
    if (policies.size() != 1 || !accepted.contains(policies.getFirst())) {
      throw ApiFault.badRequest(
          "%s: is a list of one of %s".formatted(body.at("policies"), String.join(", ", accepted)));
    }
    return policies.getFirst();
  }

  private static int maxPerHost(JsonBody body, Microversion version) {
    Optional<JsonBody> rules =
        version.atLeast(RULES) ? body.optionalObject("rules") : Optional.empty();
    rules.ifPresent(all -> all.allowOnly(MAX_PER_HOST));
    Optional<Long> most = rules.flatMap(all -> all.optionalNumber(MAX_PER_HOST, 1, MOST_PER_HOST));
    if (most.isPresent() && !policy(body, version).equals("anti-affinity")) {
      throw ApiFault.badRequest("Only anti-affinity policy supports rules: " + body.at("rules"));
    }
    return Math.toIntExact(most.orElse(1L));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                groups
                    .lock(
                        transaction,
                        Viewer.of(request.caller()),
                        request.id("group", "Instance group"))
                    .flatMap(group -> delete(transaction, group)))
        .then(Replies.noContent());
  }

  private Mono<Void> delete(Transaction transaction, ServerGroup group) {
    return quota
        .release(transaction, group.projectId(), Resource.SERVER_GROUPS, 1)
        .then(groups.delete(transaction, group.id()));
  }

  private static Mono<ServerResponse> reply(ServerGroup group, Microversion version) {
    return Replies.ok(View.of("server_group", view(group, version)));
  }

  private static View view(ServerGroup group, Microversion version) {
    View view =
        View.of("id", group.id()).with("name", group.name()).with("members", group.members());
    if (version.atLeast(RULES)) {
      view.with("policy", group.policy())
          .with(
              "rules",
              group.policy().equals("anti-affinity")
                  ? Map.of(MAX_PER_HOST, group.maxPerHost())
                  : Map.of());
    } else {
      view.with("policies", List.of(group.policy())).with("metadata", Map.of());
    }
    return version.atLeast(OWNERS)
        ? view.with("project_id", group.projectId()).with("user_id", group.userId())
        : view;
  }
}
