package io.virga.control.http;

import io.virga.control.audit.AuditLog;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultForm;
import io.virga.control.fault.FaultKind;
import io.virga.control.policy.Authenticator;
import io.virga.control.policy.Caller;
import io.virga.control.policy.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The one entrance of the public listener: finds the service by the first path segment and the
 * route by the rest, lets the caller in, and words whatever fails as the service does. Every reply
 * carries a request id.
 */
public final class ApiRouter implements RouterFunction<ServerResponse> {

  private static final Logger log = LoggerFactory.getLogger(ApiRouter.class);
  private static final String TOKEN_HEADER = "X-Auth-Token";

  private final Map<String, Mounted> services;
  private final Authenticator authenticator;
  private final String identityUrl;
  private final RequestLog requests;

  private record Mounted(ApiService service, RouteTable routes) {}

  /**
   * @param identityUrl what an unauthorized client is pointed to
   */
  public ApiRouter(
      List<ApiService> services,
      Authenticator authenticator,
      String identityUrl,
      RequestLog requests) {
    this.services =
        services.stream()
            .collect(
                Collectors.toMap(
                    ApiService::prefix,
                    service -> new Mounted(service, new RouteTable(service.routes()))));
    this.authenticator = authenticator;
    this.identityUrl = identityUrl;
    this.requests = requests;
  }

  @Override
  public Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
    return Mono.just(this::handle);
  }

  /** One request on its way; the caller is known once it has been let in. */
  private static final class Exchange {
    private final ServerRequest request;
    private final String requestId = "req-" + UUID.randomUUID();
    private final long startedNanos = System.nanoTime();
    private Optional<Caller> caller = Optional.empty();

    Exchange(ServerRequest request) {
      this.request = request;
    }

    /** The client's, as the listener sees it; empty if it does not. */
    String address() {
      return request
          .remoteAddress()
          .map(InetSocketAddress::getAddress)
          .map(InetAddress::getHostAddress)
          .orElse("");
    }

    HttpHeaders responseHeaders() {
      return request.exchange().getResponse().getHeaders();
    }
  }

  private Mono<ServerResponse> handle(ServerRequest request) {
    Exchange exchange = new Exchange(request);
    exchange.responseHeaders().set("X-Openstack-Request-Id", exchange.requestId);
    List<PathContainer.Element> path = request.requestPath().elements();
    String prefix = path.size() > 1 ? path.get(1).value() : "";
    Optional<Mounted> mounted = Optional.ofNullable(services.get(prefix));
    FaultForm form = mounted.map(m -> m.service().faults()).orElse(FaultForm.IDENTITY);
    String service = mounted.isPresent() ? prefix : "unknown";
    return Mono.defer(
            () -> {
              Mounted found = mounted.orElseThrow(() -> unknownPath(request));
              found.service().decorate(request, exchange.requestId, exchange.responseHeaders());
              return dispatch(found, exchange);
            })
        .onErrorResume(error -> render(exchange, form, error))
        .doOnNext(response -> note(exchange, service, response.statusCode().value()));
  }

  private void note(Exchange exchange, String service, int status) {
    requests.answered(
        new RequestLog.Answered(
            service,
            exchange.request.method(),
            exchange.request.path(),
            new AuditLog.Origin(exchange.requestId, exchange.address()),
            exchange.caller,
            status),
        Duration.ofNanos(System.nanoTime() - exchange.startedNanos));
  }

  private Mono<ServerResponse> dispatch(Mounted mounted, Exchange exchange) {
    ServerRequest request = exchange.request;
    PathContainer path = pathBelowPrefix(mounted.service(), request);
    return switch (mounted.routes().find(request.method(), path)) {
      case RouteTable.Match.Found found -> {
        found
            .pathVariables()
            .forEach((name, value) -> JsonBody.checkText("path {" + name + "}", value));
        exchange.caller = admit(mounted.service(), found.route(), request, path.value());
        yield found
            .route()
            .handler()
            .handle(
                new ApiRequest(
                    request,
                    found.pathVariables(),
                    exchange.caller,
                    new AuditLog.Origin(exchange.requestId, exchange.address())));
      }
      case RouteTable.Match.WrongMethod wrong -> {
        String allowed =
            wrong.allowed().stream()
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(", "));
        exchange.responseHeaders().set(HttpHeaders.ALLOW, allowed);
        throw ApiFault.of(
            FaultKind.METHOD_NOT_ALLOWED,
            "%s is not accepted here, accepted are %s.".formatted(request.method(), allowed));
      }
      case RouteTable.Match.Unknown _ -> throw unknownPath(request);
    };
  }

  private Optional<Caller> admit(
      ApiService service, Route route, ServerRequest request, String path) {
    Optional<String> token =
        Optional.ofNullable(request.headers().firstHeader(TOKEN_HEADER)).filter(t -> !t.isEmpty());
    if (route.rule() == Rule.ANYONE) {
      return Optional.empty();
    }
    Caller caller =
        authenticator.authenticate(
            token.orElseThrow(
                () -> ApiFault.unauthorized("The request you have made requires authentication.")));
    if (!caller.claims().permits(service.serviceTypes(), request.method().name(), path)) {
      throw ApiFault.unauthorized(
          "The request you have made requires authentication. The token's access rules do not permit %s %s."
              .formatted(request.method(), path));
    }
    route.rule().check(caller, route.method() + " " + route.pattern());
    return Optional.of(caller);
  }

  /**
   * {@code /identity/v3/} is {@code /v3}; the bare prefix is {@code /}. Deeper, a slash at the end
   * is the service's to pass over.
   */
  private static PathContainer pathBelowPrefix(ApiService service, ServerRequest request) {
    PathContainer whole = request.requestPath().pathWithinApplication();
    int end = whole.elements().size();
    if (service.passesOverTrailingSlashes() || segments(whole) <= 2) {
      while (end > 2 && whole.elements().get(end - 1) instanceof PathContainer.Separator) {
        end--;
      }
    }
    PathContainer below = whole.subPath(Math.min(2, end), end);
    return below.elements().isEmpty() ? PathContainer.parsePath("/") : below;
  }

  private static long segments(PathContainer path) {
    return path.elements().stream().filter(PathContainer.PathSegment.class::isInstance).count();
  }

  private static ApiFault unknownPath(ServerRequest request) {
    return ApiFault.of(
        FaultKind.NOT_FOUND, "There is nothing at " + request.requestPath().value() + ".");
  }

  private Mono<ServerResponse> render(Exchange exchange, FaultForm form, Throwable error) {
    ServerRequest request = exchange.request;
    String requestId = exchange.requestId;
    ApiFault fault =
        switch (error) {
          case ApiFault known -> known;
          default -> {
            log.error("{} {} {} failed", requestId, request.method(), request.path(), error);
            yield ApiFault.of(
                FaultKind.INTERNAL, "An unexpected error occurred; the log names it " + requestId);
          }
        };
    boolean acceptsJson =
        request.headers().header(HttpHeaders.ACCEPT).stream().anyMatch(a -> a.contains("json"));
    FaultForm.Rendered rendered = form.render(fault, acceptsJson);
    ServerResponse.BodyBuilder builder =
        ServerResponse.status(rendered.status())
            .contentType(MediaType.parseMediaType(rendered.contentType()));
    if (fault.kind() == FaultKind.UNAUTHORIZED) {
      builder.header(HttpHeaders.WWW_AUTHENTICATE, "Keystone uri=\"" + identityUrl + "\"");
    }
    fault
        .retryAfter()
        .ifPresent(
            wait ->
                builder.header(
                    HttpHeaders.RETRY_AFTER, String.valueOf(wait.plusMillis(999).toSeconds())));
    return builder.bodyValue(rendered.body());
  }
}
