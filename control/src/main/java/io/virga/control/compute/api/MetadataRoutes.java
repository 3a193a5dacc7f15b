package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers/{id}/metadata}: told to the guest at once. */
final class MetadataRoutes {

  private static final String KEY = "key";

  private final Servers servers;

  MetadataRoutes(Servers servers) {
    this.servers = servers;
  }

  List<Route> routes() {
    String all = "/v2.1/servers/{id}/metadata";
    String one = all + "/{key}";
    return List.of(
        Route.get(all, Rule.READER, this::list),
        Route.post(all, Rule.MEMBER, request -> write(request, true)),
        Route.put(all, Rule.MEMBER, request -> write(request, false)),
        Route.get(one, Rule.READER, this::show),
        Route.put(one, Rule.MEMBER, this::set),
        Route.delete(one, Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return servers.find(request).flatMap(server -> Replies.ok(view(server)));
  }

  private Mono<ServerResponse> write(ApiRequest request, boolean keepOthers) {
    return request
        .json()
        .map(body -> ServerBodies.metadata(body, "metadata"))
        .flatMap(items -> change(request, before -> with(keepOthers ? before : Map.of(), items)))
        .flatMap(server -> Replies.ok(view(server)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String key = request.path(KEY);
    return servers.find(request).flatMap(server -> Replies.ok(item(key, value(server, key))));
  }

  private Mono<ServerResponse> set(ApiRequest request) {
    String key = request.path(KEY);
    return request
        .json()
        .map(body -> ServerBodies.metadata(body, "meta"))
        .flatMap(
            item -> {
              if (item.size() != 1) {
                return Mono.error(ApiFault.badRequest("Request body contains too many items"));
              }
              if (!item.containsKey(key)) {
                return Mono.error(ApiFault.badRequest("Request body and URI mismatch"));
              }
              return change(request, before -> with(before, item));
            })
        .flatMap(server -> Replies.ok(item(key, value(server, key))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    String key = request.path(KEY);
    return servers
        .act(
            request,
            Act.CHANGE_METADATA,
            server -> {
              value(server, key);
              Map<String, String> left = new HashMap<>(server.description().metadata());
              left.remove(key);
              return server.with(server.description().metadata(left)).changed();
            })
        .then(Replies.noContent());
  }

  private Mono<Server> change(ApiRequest request, UnaryOperator<Map<String, String>> change) {
    return servers.act(
        request,
        Act.CHANGE_METADATA,
        server -> {
          Map<String, String> items = change.apply(server.description().metadata());
          return server.with(server.description().metadata(items)).changed();
        });
  }

  private static Map<String, String> with(Map<String, String> before, Map<String, String> items) {
    Map<String, String> all = new HashMap<>(before);
    all.putAll(items);
    return ServerBodies.allowed(all);
  }

  private static String value(Server server, String key) {
    return Optional.ofNullable(server.description().metadata().get(key))
        .orElseThrow(() -> ApiFault.of(FaultKind.NOT_FOUND, "Metadata item was not found"));
  }

  private static View item(String key, String value) {
    return View.of("meta", Map.of(key, value));
  }

  private static View view(Server server) {
    return View.of("metadata", server.description().metadata());
  }
}
