package io.virga.control.compute.api;

import io.virga.control.compute.model.Console;
import io.virga.control.compute.server.ConsoleTokens;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultForm;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/servers/{id}/remote-consoles} and its older forms: an address, good for ten minutes,
 * that a console is opened at. That of a screen is a page; that of a serial line is {@code
 * /compute/consoles} itself, a WebSocket with binary frames, which shows a browser that is led
 * there the page.
 */
final class RemoteConsoleRoutes {

  private static final int SINCE = 6;

  private final Servers servers;
  private final ConsoleTokens tokens;
  private final ConsoleSessions sessions;
  private final String socket;

  RemoteConsoleRoutes(
      Servers servers, ConsoleTokens tokens, ConsoleSessions sessions, URI endpoint) {
    this.servers = servers;
    this.tokens = tokens;
    this.sessions = sessions;
    this.socket = endpoint + "/compute/consoles";
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
        .map(
            token ->
                switch (console) {
                  case SERIAL -> socket.replaceFirst("^http", "ws") + "?token=" + token;
                  case VNC -> page(socket, console, token).toString();
                });
  }

  private URI page(String base, Console console, String token) {
    String path = URI.create(socket).getPath().substring(1);
    return ConsolePages.page(base, path, console.protocol(), token);
  }

  private Mono<ServerResponse> join(ApiRequest request) {
    if ("websocket".equalsIgnoreCase(request.header("Upgrade").orElse(""))) {
      return Mono.defer(() -> tokens.open(ConsolePages.token(request)).map(sessions::join))
          .onErrorResume(ApiFault.class, RemoteConsoleRoutes::refusal);
    }
    String token = ConsolePages.token(request);
    if (!request.header("Accept").orElse("").contains(MediaType.TEXT_HTML_VALUE)) {
      throw ApiFault.badRequest("Upgrade: is not websocket; a console is opened by a WebSocket");
    }
    return tokens
        .open(token)
        .flatMap(opened -> Replies.redirect(page("consoles", opened.console(), token)));
  }

  /** By its status alone: whoever expects frames would take a body for some. */
  private static Mono<ServerResponse> refusal(ApiFault fault) {
    return ServerResponse.status(FaultForm.COMPUTE.render(fault, true).status())
        .header(HttpHeaders.CONNECTION, "close")
        .build();
  }
}
