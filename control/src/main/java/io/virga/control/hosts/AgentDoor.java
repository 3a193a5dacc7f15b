package io.virga.control.hosts;

import io.netty.channel.ChannelOption;
import io.virga.control.database.Database;
import io.virga.dataplane.tls.ProcessIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Asks the agents of one service on their hosts, over mutual TLS, where they say they are asked.
 */
public final class AgentDoor {

  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final Database database;
  private final KnownHosts known = new KnownHosts();
  private final String service;
  private final String detail;
  private final HttpClient client;
  private final Duration timeout;

  /**
   * @param timeout until an answer begins, and between its parts
   */
  public AgentDoor(Database database, ProcessIdentity identity, Service service, Duration timeout) {
    this.database = database;
    this.service = service.name();
    this.detail = service.detail();
    this.client =
        HttpClient.create()
            .secure(spec -> spec.sslContext(identity.clientContext(service.name())))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    this.timeout = timeout;
  }

  /**
   * Which agents.
   *
   * @param detail what of their hosts' details says where they are asked
   */
  public record Service(String name, String detail) {}

  /** A GET of a path of the agent on the host; empty if it does not say where it is asked. */
  public Mono<HttpClient.ResponseReceiver<?>> get(String host, String path) {
    return url(host).map(url -> client.responseTimeout(timeout).get().uri(url + path));
  }

  /**
   * A WebSocket at a path of the agent on the host; completes when the handler's publisher does, or
   * at once if the agent does not say where it is asked. There is no limit of time on it.
   */
  public Mono<Void> webSocket(
      String host,
      String path,
      BiFunction<WebsocketInbound, WebsocketOutbound, Publisher<Void>> handler) {
    return url(host).flatMapMany(url -> client.websocket().uri(url + path).handle(handler)).then();
  }

  private Mono<String> url(String host) {
    return known
        .named(database, service, List.of(host))
        .next()
        .flatMap(agent -> Mono.justOrEmpty(Optional.ofNullable(agent.details().get(detail))));
  }
}
