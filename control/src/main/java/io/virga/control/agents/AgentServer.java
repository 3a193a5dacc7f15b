package io.virga.control.agents;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.control.hosts.Hosts;
import io.virga.control.watch.ObservedStates;
import io.virga.control.watch.WatchHub;
import io.virga.control.watch.WatchedKinds;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.JacksonException;

/**
 * The agents' listener (docs/ARCHITECTURE.md §11). Whoever connects is known by its certificate
 * alone: a host's certificate opens that host's desired state and nothing else.
 */
public final class AgentServer {

  private static final Logger log = LoggerFactory.getLogger(AgentServer.class);
  private static final int MAX_BODY_BYTES = 4 << 20;
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final WatchHub hub;
  private final ObservedStates observed;
  private final Hosts hosts;
  private final ServiceTokens tokens;

  public AgentServer(WatchHub hub, ObservedStates observed, Hosts hosts, ServiceTokens tokens) {
    this.hub = hub;
    this.observed = observed;
    this.hosts = hosts;
    this.tokens = tokens;
  }

  /** A request that is answered with a status and a line of text. */
  private static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient HttpResponseStatus status;

    Refusal(HttpResponseStatus status, String message) {
      super(message, null, false, false);
      this.status = status;
    }
  }

  /** Binds; blocks until it listens. */
  public DisposableServer bind(HostPort listen, LoopResources loops, ProcessIdentity identity) {
    return HttpServer.create()
        .runOn(loops)
        .bindAddress(listen::resolve)
        .secure(tls -> tls.sslContext(identity.serverContext()).handshakeTimeout(HANDSHAKE_TIMEOUT))
        .handle(this::handle)
        .bindNow(Duration.ofSeconds(10));
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    return Mono.defer(() -> Mono.from(route(request, response)))
        .onErrorResume(
            error -> {
              if (error instanceof Refusal refusal) {
                return send(response.status(refusal.status), String.valueOf(refusal.getMessage()));
              }
              log.warn("{} {} failed", request.method(), request.path(), error);
              return response.hasSentHeaders()
                  ? Mono.error(error)
                  : send(
                      response.status(HttpResponseStatus.INTERNAL_SERVER_ERROR),
                      "failed; the log of control says why");
            });
  }

  private Publisher<Void> route(HttpServerRequest request, HttpServerResponse response) {
    PeerIdentity agent = agentOf(request);
    return switch (request.method().name() + " /" + request.path()) {
      case "GET /v1/watch" -> watch(agent, request, response);
      case "POST /v1/observed" -> observed(agent, request, response);
      case "POST /v1/token" -> token(agent, response);
      default -> {
        boolean known = List.of("v1/watch", "v1/observed", "v1/token").contains(request.path());
        throw new Refusal(
            known ? HttpResponseStatus.METHOD_NOT_ALLOWED : HttpResponseStatus.NOT_FOUND,
            "there is no " + request.method() + " /" + request.path());
      }
    };
  }

  private static PeerIdentity agentOf(HttpServerRequest request) {
    List<PeerIdentity> peers = new ArrayList<>(1);
    request.withConnection(
        connection -> PeerIdentity.of(connection.channel().pipeline()).ifPresent(peers::add));
    if (peers.isEmpty()) {
      throw new Refusal(HttpResponseStatus.FORBIDDEN, "the certificate names no agent");
    }
    PeerIdentity agent = peers.getFirst();
    if (WatchedKinds.of(agent.service()).isEmpty()) {
      throw new Refusal(
          HttpResponseStatus.FORBIDDEN, "the service " + agent.service() + " has no business here");
    }
    return agent;
  }

  private Publisher<Void> watch(
      PeerIdentity agent, HttpServerRequest request, HttpServerResponse response) {
    QueryParameters query = QueryParameters.of(request.uri());
    long since = query.number("since").orElse(-1L);
    return hosts
        .connected(agent)
        .thenMany(
            response
                .header(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
                .send(
                    hub.watch(agent, query.text("cluster"), since)
                        .<ByteBuf>map(event -> Unpooled.wrappedBuffer(Json.line(event))),
                    buffer -> true))
        .doFinally(signal -> hosts.disconnected(agent));
  }

  private Publisher<Void> observed(
      PeerIdentity agent, HttpServerRequest request, HttpServerResponse response) {
    return body(request)
        .map(AgentServer::states)
        .flatMap(
            states -> {
              for (ObservedState state : states) {
                if (!WatchedKinds.mayReport(agent.service(), state.kind())) {
                  throw new Refusal(
                      HttpResponseStatus.FORBIDDEN,
                      agent.service() + " may not report a " + state.kind());
                }
              }
              return observed.take(agent, states);
            })
        .then(Mono.defer(() -> response.status(HttpResponseStatus.NO_CONTENT).send().then()));
  }

  private Publisher<Void> token(PeerIdentity agent, HttpServerResponse response) {
    if (!agent.service().equals("blockstore")) {
      throw new Refusal(HttpResponseStatus.FORBIDDEN, "only a blockstore may ask for a token");
    }
    return tokens
        .issue(agent.host())
        .flatMap(
            token ->
                response
                    .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .sendString(Mono.just(Json.text(token)))
                    .then());
  }

  private static List<ObservedState> states(byte[] json) {
    try {
      List<ObservedState> states = Arrays.asList(Json.read(json, ObservedState[].class));
      if (states.size() > ObservedStates.MAX_BATCH) {
        throw new Refusal(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            states.size() + " states, at most " + ObservedStates.MAX_BATCH + " are accepted");
      }
      if (!states.stream().allMatch(AgentServer::isWhole)) {
        throw new Refusal(
            HttpResponseStatus.BAD_REQUEST, "a state lacks its kind, its id or its status");
      }
      return states;
    } catch (JacksonException e) {
      throw new Refusal(
          HttpResponseStatus.BAD_REQUEST,
          "not a list of observed states: " + e.getOriginalMessage());
    }
  }

  /** JSON may leave out what the record's type says is there. */
  private static boolean isWhole(@Nullable ObservedState state) {
    return state != null
        && Stream.of(state.kind(), state.id(), state.status()).allMatch(Objects::nonNull);
  }

  private static Mono<byte[]> body(HttpServerRequest request) {
    return request
        .receive()
        .asByteArray()
        .collect(
            ByteArrayOutputStream::new,
            (all, part) -> {
              if (all.size() + part.length > MAX_BODY_BYTES) {
                throw new Refusal(
                    HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                    "longer than " + MAX_BODY_BYTES + " bytes");
              }
              all.writeBytes(part);
            })
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static Mono<Void> send(HttpServerResponse response, String message) {
    return response.sendString(Mono.just(message + "\n")).then();
  }
}
