package io.virga.control.compute.server;

import io.netty.channel.ChannelOption;
import io.virga.control.compute.model.Server;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Hosts;
import io.virga.dataplane.tls.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Reads the serial consoles of servers from their hosts' compute agents, over mutual TLS. */
public final class Consoles {

  private static final String SERVICE = "compute-agent";
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final Database database;
  private final Hosts hosts;
  private final HttpClient client;

  public Consoles(Database database, Hosts hosts, ProcessIdentity identity) {
    this.database = database;
    this.hosts = hosts;
    this.client =
        HttpClient.create()
            .secure(spec -> spec.sslContext(identity.clientContext(SERVICE)))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .responseTimeout(TIMEOUT);
  }

  /** The last lines of a server's console, at most a mebibyte; empty if it never had one. */
  public Mono<String> tail(Server server, int lines) {
    return hosts
        .all(database, Optional.of(SERVICE))
        .filter(host -> host.name().equals(server.host()))
        .next()
        .flatMap(host -> Mono.justOrEmpty(Optional.ofNullable(host.details().get("consoleUrl"))))
        .switchIfEmpty(
            Mono.error(() -> ApiFault.conflict("Instance " + server.id() + " is not ready")))
        .flatMap(url -> read(url + "/v1/instances/" + server.id() + "/console"))
        .map(text -> lastLines(text, lines));
  }

  private Mono<String> read(String url) {
    return client
        .get()
        .uri(url + "?tail-bytes=" + MAX_BYTES)
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
