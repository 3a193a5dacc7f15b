package io.virga.control.compute.api;

import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.Moves;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Actions that bring a server to another host; administrators' only. */
final class MoveActions {

  /** Since then an administrator may name the host. */
  private static final int NAMED_HOST = 56;

  private final Servers servers;
  private final Moves moves;

  MoveActions(Servers servers, Moves moves) {
    this.servers = servers;
    this.moves = moves;
  }

  Map<String, ActionRoutes.Action> all() {
    return Map.of("migrate", this::migrate);
  }

  private Mono<ServerResponse> migrate(ApiRequest request, JsonBody body) {
    requireAdmin(request, "os-migrate-server:migrate");
    Optional<JsonBody> asked = body.optionalObject("migrate");
    Optional<String> host = asked.flatMap(a -> a.optionalText("host", ServerBodies.NAME_LENGTH));
    if (host.isPresent() && !Microversion.of(request).atLeast(NAMED_HOST)) {
      throw ApiFault.badRequest("migrate.host: is not accepted before 2." + NAMED_HOST);
    }
    return servers
        .act(
            request,
            Act.MIGRATE,
            (transaction, server) ->
                moves.migrate(transaction, request.caller().userId(), server, host))
        .then(Replies.acceptedEmpty());
  }

  private static void requireAdmin(ApiRequest request, String rule) {
    if (!request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          "Policy doesn't allow os_compute_api:%s to be performed.".formatted(rule));
    }
  }
}
