package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v2.1/servers/{id}/action}: one member, whose name is the action. */
final class ActionRoutes {

  private final Map<String, Action> actions;

  /** Carries an action out; the body has the one member of its name. */
  @FunctionalInterface
  interface Action {
    Mono<ServerResponse> act(ApiRequest request, JsonBody body);
  }

  ActionRoutes(List<Map<String, Action>> actions) {
    Map<String, Action> all = new HashMap<>();
    actions.forEach(all::putAll);
    this.actions = Map.copyOf(all);
  }

  List<Route> routes() {
    return List.of(Route.post("/v2.1/servers/{id}/action", Rule.MEMBER, this::act));
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    Servers.id(request);
    return request
        .json()
        .flatMap(
            body -> {
              if (body.names().size() != 1) {
                throw ApiFault.badRequest("An action is an object with one member.");
              }
              String name = body.names().getFirst();
              return Optional.ofNullable(actions.get(name))
                  .orElseThrow(() -> ApiFault.badRequest("There is no such action: " + name + "."))
                  .act(request, body);
            });
  }
}
