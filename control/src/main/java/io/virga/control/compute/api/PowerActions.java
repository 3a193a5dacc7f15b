package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.Consoles;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.dataplane.desired.PowerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Actions that change nothing about a server but whether it runs, and who may say so. */
final class PowerActions {

  private static final int LOCKED_REASON = 73;
  private static final List<String> REBOOT_TYPES = List.of("SOFT", "HARD", "soft", "hard");
  private static final int MAX_CONSOLE_LINES = 100_000;

  private final Servers servers;
  private final Consoles consoles;

  PowerActions(Servers servers, Consoles consoles) {
    this.servers = servers;
    this.consoles = consoles;
  }

  Map<String, ActionRoutes.Action> all() {
    return Map.ofEntries(
        Map.entry("reboot", this::reboot),
        power("os-start", Act.START, PowerState.RUNNING, "powering-on"),
        power("os-stop", Act.STOP, PowerState.STOPPED, "powering-off"),
        power("pause", Act.PAUSE, PowerState.PAUSED, "pausing"),
        power("unpause", Act.UNPAUSE, PowerState.RUNNING, "unpausing"),
        power("suspend", Act.SUSPEND, PowerState.SUSPENDED, "suspending"),
        power("resume", Act.RESUME, PowerState.RUNNING, "resuming"),
        Map.entry("lock", this::lock),
        Map.entry(
            "unlock", (request, body) -> act(request, Act.UNLOCK, s -> s.locked(Optional.empty()))),
        Map.entry("forceDelete", (request, body) -> delete(request)),
        Map.entry("os-getConsoleOutput", this::console));
  }

  private Mono<ServerResponse> reboot(ApiRequest request, JsonBody body) {
    String type =
        body.object("reboot")
            .optionalChoice("type", REBOOT_TYPES)
            .orElseThrow(() -> ApiFault.badRequest("reboot.type: is required"));
    boolean hard = type.equalsIgnoreCase("HARD");
    return act(
        request,
        hard ? Act.HARD_REBOOT : Act.SOFT_REBOOT,
        server -> server.with(server.desired().reboot(hard)));
  }

  private Map.Entry<String, ActionRoutes.Action> power(
      String name, Act act, PowerState power, String task) {
    return Map.entry(
        name,
        (request, body) ->
            act(request, act, server -> server.with(server.desired().power(power, task))));
  }

  private Mono<ServerResponse> lock(ApiRequest request, JsonBody body) {
    Optional<String> reason =
        Microversion.of(request).atLeast(LOCKED_REASON)
            ? body.optionalObject("lock")
                .flatMap(lock -> lock.optionalText("locked_reason", ServerBodies.NAME_LENGTH))
            : Optional.empty();
    return act(
        request,
        Act.LOCK,
        server ->
            isAnothers(request, server)
                ? server
                : server.locked(Optional.of(lockOf(request, server, reason))));
  }

  /** The lock of an administrator stays as it is whoever else locks. */
  private static boolean isAnothers(ApiRequest request, Server server) {
    return server.lock().filter(Server.Lock::byAdmin).isPresent() && !request.caller().isAdmin();
  }

  /** An administrator's own server is its owner's to open, too. */
  private static Server.Lock lockOf(ApiRequest request, Server server, Optional<String> reason) {
    boolean owner = server.projectId().equals(request.projectId());
    boolean byAdmin = request.caller().isAdmin() && !owner;
    return new Server.Lock(
        byAdmin || server.lock().map(Server.Lock::byAdmin).orElse(false), reason);
  }

  private Mono<ServerResponse> act(ApiRequest request, Act act, UnaryOperator<Server> change) {
    return servers.act(request, act, change).then(Replies.acceptedEmpty());
  }

  /** There is no trash that it would be kept in. */
  private Mono<ServerResponse> delete(ApiRequest request) {
    return servers.delete(request).then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> console(ApiRequest request, JsonBody body) {
    long lines =
        body.optionalObject("os-getConsoleOutput")
            .flatMap(options -> options.optionalNumber("length", -1, MAX_CONSOLE_LINES))
            .filter(length -> length >= 0)
            .orElse((long) MAX_CONSOLE_LINES);
    return servers
        .find(request)
        .flatMap(server -> consoles.tail(server, Math.toIntExact(lines)))
        .flatMap(output -> Replies.ok(View.of("output", output)));
  }
}
