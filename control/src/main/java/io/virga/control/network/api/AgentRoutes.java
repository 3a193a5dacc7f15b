package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.0/agents}: the network agents of the hosts. One is alive while it holds its watch
 * stream open; it is known by a UUID that follows from its host's name.
 */
public final class AgentRoutes {

  private static final String SERVICE = "netagent";
  private static final String THING = "Agent";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Database database;
  private final KnownHosts hosts = new KnownHosts();

  public AgentRoutes(Database database) {
    this.database = database;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/agents", Rule.LOGGED_IN, this::list),
        Route.get("/v2.0/agents/{id}", Rule.ADMIN, this::show),
        Route.put("/v2.0/agents/{id}", Rule.ADMIN, this::update),
        Route.delete("/v2.0/agents/{id}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    // As with Neutron, who may see none sees that there are none.
    return Listing.reply(
        request,
        "agents",
        Rule.ADMIN.opensTo(request.caller()) ? all().map(this::view) : Flux.empty());
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return find(request).flatMap(agent -> Replies.ok(View.of("agent", view(agent))));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("agent"))
        .flatMap(
            body -> {
              Optional<Boolean> up = body.optionalFlag("admin_state_up");
              return find(request)
                  .flatMap(
                      agent ->
                          up.isPresent()
                              ? hosts.disable(database, agent, !up.get(), Optional.empty())
                              : Mono.<Void>empty());
            })
        .then(Mono.defer(() -> show(request)));
  }

  /** Forgets one that is gone; one that is alive would be back at once. */
  private Mono<ServerResponse> delete(ApiRequest request) {
    return find(request)
        .flatMap(
            agent ->
                agent.connected()
                    ? Mono.<Void>error(
                        ApiFault.conflict(
                                "Agent %s is alive: stop it on its host first."
                                    .formatted(agent.id()))
                            .ofType("AgentInUse"))
                    : hosts.forget(database, agent))
        .then(Replies.noContent());
  }

  private Mono<Host> find(ApiRequest request) {
    UUID id = request.id("id", THING);
    return all()
        .filter(agent -> agent.id().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(THING, id.toString())));
  }

  private Flux<Host> all() {
    return hosts.all(database, Optional.of(SERVICE));
  }

  private View view(Host agent) {
    return View.of("id", agent.id())
        .with("agent_type", "Open vSwitch agent")
        .with("binary", "virga-netagent")
        .with("host", agent.name())
        .with("topic", "N/A")
        .with("availability_zone", Views.ZONE)
        .with("admin_state_up", !agent.disabled())
        .with("alive", agent.connected())
        .with("heartbeat_timestamp", TIME.format(agent.changedAt()))
        .with("started_at", TIME.format(agent.changedAt()))
        .with("created_at", TIME.format(agent.changedAt()))
        .with("description", agent.disabledReason())
        .with("resources_synced", true)
        .with("configurations", agent.details());
  }
}
