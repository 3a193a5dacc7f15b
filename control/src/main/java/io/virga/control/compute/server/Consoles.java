package io.virga.control.compute.server;

import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.virga.control.compute.model.Console;
import io.virga.control.compute.model.Server;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.AgentDoor;
import io.virga.dataplane.tls.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** The consoles of servers, at their hosts' compute agents, over mutual TLS. */
public final class Consoles {

  private static final AgentDoor.Service SERVICE =
      new AgentDoor.Service("compute-agent", "consoleUrl");
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final AgentDoor agents;

  public Consoles(Database database, ProcessIdentity identity) {
    this.agents = new AgentDoor(database, identity, SERVICE, TIMEOUT);
  }

  /** The last lines of a server's console, at most a mebibyte; empty if it never had one. */
  public Mono<String> tail(Server server, int lines) {
    return agents
        .get(server.host(), "/v1/instances/" + server.id() + "/console?tail-bytes=" + MAX_BYTES)
        .switchIfEmpty(
            Mono.error(() -> ApiFault.conflict("Instance " + server.id() + " is not ready")))
        .flatMap(Consoles::read)
        .map(text -> lastLines(text, lines));
  }

  /**
   * Joins a console of a server that runs, on a connection of its own; completes when either side
   * ends. Fails with unavailable if its host cannot be reached, or has no such console.
   */
  public Mono<Void> join(
      Server server,
      Console console,
      BiFunction<WebsocketInbound, WebsocketOutbound, Publisher<Void>> how) {
    return agents
        .webSocket(server.runsOn(), "/v1/instances/" + server.id() + "/" + console.protocol(), how)
        .onErrorMap(
            WebSocketClientHandshakeException.class,
            e -> ApiFault.unavailable("The server's host has no such console: " + e.getMessage()));
  }

  private static Mono<String> read(HttpClient.ResponseReceiver<?> asked) {
    return asked
        .responseSingle(
            (response, content) ->
                switch (response.status().code()) {
                  case 200 -> content.asString(StandardCharsets.UTF_8).defaultIfEmpty("");
                  case 404 -> Mono.just("");
                  default ->
                      Mono.error(
                          ApiFault.unavailable(
                              "The server's host answered " + response.status() + "."));
                })
        .onErrorMap(
            e -> !(e instanceof ApiFault),
            e -> ApiFault.unavailable("The server's host cannot be reached."));
  }

  private static String lastLines(String text, int lines) {
    List<String> all = text.lines().toList();
    if (all.size() <= lines) {
      return text;
    }
    return String.join("\n", all.subList(all.size() - lines, all.size())) + "\n";
  }
}
