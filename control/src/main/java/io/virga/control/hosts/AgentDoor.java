package io.virga.control.hosts;

import io.netty.channel.ChannelOption;
import io.virga.control.database.Database;
import io.virga.dataplane.tls.ProcessIdentity;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Asks the agents of one service on their hosts, over mutual TLS, where they say they are asked.
 */
public final class AgentDoor {

  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final Database database;
  private final Hosts hosts;
  private final String service;
  private final String detail;
  private final HttpClient client;

  /**
   * @param timeout until an answer begins, and between its parts
   */
  public AgentDoor(
      Database database, Hosts hosts, ProcessIdentity identity, Service service, Duration timeout) {
    this.database = database;
    this.hosts = hosts;
    this.service = service.name();
    this.detail = service.detail();
    this.client =
        HttpClient.create()
            .secure(spec -> spec.sslContext(identity.clientContext(service.name())))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .responseTimeout(timeout);
  }

  /**
   * Which agents.
   *
   * @param detail what of their hosts' details says where they are asked
   */
  public record Service(String name, String detail) {}

  /** A GET of a path of the agent on the host; empty if it does not say where it is asked. */
  public Mono<HttpClient.ResponseReceiver<?>> get(String host, String path) {
    return hosts
        .all(database, Optional.of(service))
        .filter(known -> known.name().equals(host))
        .next()
        .flatMap(known -> Mono.justOrEmpty(Optional.ofNullable(known.details().get(detail))))
        .map(url -> client.get().uri(url + path));
  }
}
