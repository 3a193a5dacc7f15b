package io.virga.control.compute.api;

import io.virga.control.compute.server.ConsoleTokens;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Route;
import io.virga.control.http.StaticFiles;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.dataplane.json.Json;
import java.net.URI;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/**
 * {@code /consoles/vnc.html} and {@code /consoles/serial.html}, which show consoles in browsers,
 * and what they are made of. They take nothing from anywhere else, run no script but their own, and
 * are shown in nobody's frames; the address that led to one is told to no other place.
 */
final class ConsolePages {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'%s; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final HttpHeaders HEADERS = headers("");

  /** xterm.js makes its style sheets itself, for sizes and colors. */
  private static final HttpHeaders SERIAL_HEADERS = headers(" 'unsafe-inline'");

  private final ConsoleTokens tokens;
  private final StaticFiles files = new StaticFiles("web/console");

  ConsolePages(ConsoleTokens tokens) {
    this.tokens = tokens;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/consoles/vnc.html",
            Rule.ANYONE,
            request -> files.answer(request, "vnc.html", HEADERS)),
        Route.get(
            "/consoles/serial.html",
            Rule.ANYONE,
            request -> files.answer(request, "serial.html", SERIAL_HEADERS)),
        Route.get("/consoles/assets/{*file}", Rule.ANYONE, this::asset),
        Route.get("/consoles/server", Rule.ANYONE, this::server));
  }

  /**
   * The page that shows what the token opens, as clients of Nova expect it: the parameter {@code
   * path} is where on the same host its WebSocket is.
   *
   * @param socket {@code …/compute/consoles}, absolute or relative to where it is used
   * @param path of {@code socket}, without a slash at its beginning
   * @param protocol of the console
   */
  static URI page(String socket, String path, String protocol, String token) {
    return UriComponentsBuilder.fromUriString(socket + "/" + protocol + ".html")
        .queryParam("path", "{path}")
        .encode()
        .buildAndExpand(path + "?token=" + token)
        .toUri();
  }

  private Mono<ServerResponse> asset(ApiRequest request) {
    return files.answer(request, request.path("file").replaceFirst("^/", ""), HEADERS);
  }

  /** What the token opens, so that a page can name it, or say why it opens nothing. */
  private Mono<ServerResponse> server(ApiRequest request) {
    return tokens
        .open(token(request))
        .flatMap(
            opened ->
                ServerResponse.ok()
                    .cacheControl(CacheControl.noStore())
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(
                        Json.bytes(
                            View.of(
                                "server",
                                View.of("id", opened.server().id())
                                    .with("name", opened.server().name())))));
  }

  static String token(ApiRequest request) {
    return request.query("token").orElseThrow(() -> ApiFault.badRequest("token: is required"));
  }

  private static HttpHeaders headers(String styles) {
    HttpHeaders headers = new HttpHeaders();
    headers.set("Content-Security-Policy", POLICY.formatted(styles));
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    return HttpHeaders.readOnlyHttpHeaders(headers);
  }
}
