package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Consoles;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.PowerState;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v2.1/servers/{id}/action}: one member, whose name is the action. */
public final class ActionRoutes {

  private static final List<String> REBOOT_TYPES = List.of("SOFT", "HARD", "soft", "hard");
  private static final int MAX_CONSOLE_LINES = 100_000;

  private final Database database;
  private final ServerStore servers;
  private final ServerLife life;
  private final Consoles consoles;

  ActionRoutes(Database database, ServerStore servers, ServerLife life, Consoles consoles) {
    this.database = database;
    this.servers = servers;
    this.life = life;
    this.consoles = consoles;
  }

  List<Route> routes() {
    return List.of(Route.post("/v2.1/servers/{id}/action", Rule.MEMBER, this::act));
  }

  private Mono<ServerResponse> act(ApiRequest request) {
    UUID id = request.id("id", "Instance");
    return request
        .json()
        .flatMap(
            body -> {
              if (body.names().size() != 1) {
                throw ApiFault.badRequest("An action is an object with one member.");
              }
              return act(request, id, body, body.names().getFirst());
            });
  }

  private Mono<ServerResponse> act(ApiRequest request, UUID id, JsonBody body, String action) {
    return switch (action) {
      case "reboot" -> change(request, id, server -> reboot(server, body.object("reboot")));
      case "os-start" -> change(request, id, ActionRoutes::start);
      case "os-stop" -> change(request, id, ActionRoutes::stop);
      case "os-getConsoleOutput" -> console(request, id, body);
      default -> throw ApiFault.badRequest("There is no such action: " + action + ".");
    };
  }

  /** What becomes of a server's desired state. */
  private interface Change {
    Server.Desired of(Server server);
  }

  private Mono<ServerResponse> change(ApiRequest request, UUID id, Change change) {
    return database
        .inTransaction(transaction -> change(transaction, request, id, change))
        .then(Replies.acceptedEmpty());
  }

  private Mono<Void> change(Transaction transaction, ApiRequest request, UUID id, Change change) {
    return servers
        .lock(transaction, Viewer.of(request.caller()), id)
        .flatMap(
            server -> {
              if (server.desired().power() == PowerState.ABSENT || server.host().isEmpty()) {
                return Mono.error(inState(server, "act on"));
              }
              return life.change(transaction, server, change.of(server));
            });
  }

  private static Server.Desired reboot(Server server, JsonBody body) {
    String type =
        body.optionalChoice("type", REBOOT_TYPES)
            .orElseThrow(() -> ApiFault.badRequest("reboot.type: is required"));
    boolean hard = type.equalsIgnoreCase("HARD");
    if (!hard && !server.status().equals("ACTIVE")) {
      throw inState(server, "reboot");
    }
    return server.desired().reboot(hard);
  }

  private static Server.Desired start(Server server) {
    if (!server.status().equals("SHUTOFF")) {
      throw inState(server, "start");
    }
    return server.desired().power(PowerState.RUNNING, "powering-on");
  }

  private static Server.Desired stop(Server server) {
    if (!server.status().equals("ACTIVE") && !server.status().equals("ERROR")) {
      throw inState(server, "stop");
    }
    return server.desired().power(PowerState.STOPPED, "powering-off");
  }

  private Mono<ServerResponse> console(ApiRequest request, UUID id, JsonBody body) {
    long lines =
        body.optionalObject("os-getConsoleOutput")
            .flatMap(options -> options.optionalNumber("length", -1, MAX_CONSOLE_LINES))
            .filter(length -> length >= 0)
            .orElse((long) MAX_CONSOLE_LINES);
    return servers
        .find(database, Viewer.of(request.caller()), id)
        .flatMap(server -> consoles.tail(server, Math.toIntExact(lines)))
        .flatMap(output -> Replies.ok(View.of("output", output)));
  }

  private static ApiFault inState(Server server, String action) {
    return ApiFault.conflict(
        "Cannot '%s' instance %s while it is in vm_state %s"
            .formatted(action, server.id(), server.vmState()));
  }
}
