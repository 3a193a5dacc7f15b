package io.virga.control.compute.api;

import io.virga.control.compute.model.Console;
import io.virga.control.compute.server.ConsoleTokens;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/servers/{id}/remote-consoles} and its older forms: an address, good for ten minutes,
 * that a console is opened at, {@code /compute/consoles}, a WebSocket with binary frames.
 */
final class RemoteConsoleRoutes {

  private static final int SINCE = 6;

  private final Servers servers;
  private final ConsoleTokens tokens;
  private final ConsoleSessions sessions;
  private final String base;

  RemoteConsoleRoutes(
      Servers servers, ConsoleTokens tokens, ConsoleSessions sessions, URI endpoint) {
    this.servers = servers;
    this.tokens = tokens;
    this.sessions = sessions;
    this.base = endpoint.toString().replaceFirst("^http", "ws") + "/compute/consoles?token=";
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v2.1/servers/{id}/remote-consoles", Rule.MEMBER, this::create),
        Route.get("/consoles", Rule.ANYONE, this::join));
  }

  /** Until version 2.5. */
  Map<String, ActionRoutes.Action> actions() {
    return Map.of(
        "os-getVNCConsole", (request, body) -> old(request, body.object("os-getVNCConsole"), "vnc"),
        "os-getSerialConsole",
            (request, body) -> old(request, body.object("os-getSerialConsole"), "serial"));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Microversion.require(request, SINCE);
    return request
        .json()
        .map(body -> body.object("remote_console"))
        .map(
            body ->
                console(
                    body.text("protocol", ServerBodies.NAME_LENGTH),
                    body.text("type", ServerBodies.NAME_LENGTH)))
        .flatMap(
            console ->
                address(request, console)
                    .flatMap(
                        url ->
                            Replies.ok(
                                View.of(
                                    "remote_console",
                                    View.of("protocol", console.protocol())
                                        .with("type", console.type())
                                        .with("url", url)))));
  }

  private Mono<ServerResponse> old(ApiRequest request, JsonBody body, String protocol) {
    Microversion.requireBefore(request, SINCE);
    Console console = console(protocol, body.text("type", ServerBodies.NAME_LENGTH));
    return address(request, console)
        .flatMap(
            url ->
                Replies.ok(View.of("console", View.of("type", console.type()).with("url", url))));
  }

  private static Console console(String protocol, String type) {
    return Console.of(protocol, type)
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                    "Invalid console type %s of protocol %s; accepted are novnc of vnc, serial of serial"
                        .formatted(type, protocol)));
  }

  private Mono<String> address(ApiRequest request, Console console) {
    return servers
        .find(request)
        .flatMap(server -> tokens.issue(server, console))
        .map(token -> base + token);
  }

  private Mono<ServerResponse> join(ApiRequest request) {
    String token =
        request.query("token").orElseThrow(() -> ApiFault.badRequest("token: is required"));
    if (!"websocket".equalsIgnoreCase(request.raw().headers().firstHeader("Upgrade"))) {
      throw ApiFault.badRequest("Upgrade: is not websocket; a console is opened by a WebSocket");
    }
    return tokens.open(token).map(sessions::join);
  }
}
