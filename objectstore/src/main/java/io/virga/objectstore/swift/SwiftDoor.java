package io.virga.objectstore.swift;

import io.virga.dataplane.ring.StoragePolicies;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.cors.Cors;
import io.virga.objectstore.swift.tempauth.TempAuth;
import io.virga.objectstore.swift.wire.MetadataNames;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The Swift API: {@code /v1/…}, {@code /info}, {@code /healthcheck} and {@code /auth/v1.0}. */
public final class SwiftDoor implements Door {

  private static final Logger LOG = LoggerFactory.getLogger(SwiftDoor.class);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "COPY", "OPTIONS");

  private static final Operations OF_ACCOUNT = Operations.of("account");
  private static final Operations OF_CONTAINER = Operations.of("container");
  private static final Operations OF_OBJECT = Operations.of("object");

  /** The names of what is done at one level, by their methods. */
  private record Operations(Map<String, String> names, String other) {

    static Operations of(String level) {
      String prefix = "swift." + level + ".";
      return new Operations(
          METHODS.stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      method -> method, method -> prefix + method.toLowerCase(Locale.ROOT))),
          prefix + "other");
    }
  }

  private final Callers callers;
  private final Dispatch dispatch;
  private final Policies policies;

  /**
   * @param callers knows whose tokens there are
   * @param policies what containers may be made with
   */
  public SwiftDoor(
      ObjectStore store, Callers callers, InstantSource clock, Supplier<StoragePolicies> policies) {
    this.callers = callers;
    this.policies = new Policies(policies);
    this.dispatch = new Dispatch(store, this.policies, clock);
  }

  @Override
  public boolean isFor(Request request) {
    String path = request.rawPath();
    boolean oddPath = path.startsWith("//") && request.headers().contains("x-auth-token");
    if (path.startsWith("/v1/") || path.equals("/v1") || oddPath) {
      return true;
    }
    boolean asked = !request.rawQuery().isEmpty() && !SwiftInfo.isSigned(request);
    boolean signed = request.headers().contains("authorization") || asked;
    boolean login = callers.tempAuth().isPresent() && TempAuth.isLogin(request);
    return !signed && (path.equals("/info") || path.equals("/healthcheck") || login);
  }

  @Override
  public String operation(Request request) {
    String path = request.rawPath();
    int slashes = 0;
    for (int i = 0; i < path.length() && slashes < 4; i++) {
      slashes += path.charAt(i) == '/' ? 1 : 0;
    }
    Operations level = slashes >= 4 ? OF_OBJECT : slashes == 3 ? OF_CONTAINER : OF_ACCOUNT;
    return level.names().getOrDefault(request.method(), level.other());
  }

  @Override
  public Mono<Reply> answer(Request request) {
    return routed(request)
        .onErrorResume(failure -> Mono.just(error(request, failure)))
        .map(
            reply ->
                reply
                    .header("X-Trans-Id", request.id())
                    .header("X-Openstack-Request-Id", request.id()));
  }

  private Mono<Reply> routed(Request request) {
    try {
      return route(MetadataNames.normalized(request));
    } catch (RuntimeException e) {
      return Mono.error(e);
    }
  }

  private Mono<Reply> route(Request request) {
    if (request.rawPath().equals("/healthcheck")) {
      return Mono.just(Reply.text(200, "text/plain", "OK"));
    }
    if (request.rawPath().equals("/info")) {
      SwiftInfo.check(request);
      byte[] info = SwiftInfo.json(callers.tempAuth().isPresent(), policies);
      return Mono.just(
          Reply.of(200)
              .with(new Reply.Bytes(info))
              .header("Content-Type", "application/json; charset=UTF-8"));
    }
    Optional<TempAuth> login = callers.tempAuth().filter(auth -> TempAuth.isLogin(request));
    if (login.isPresent()) {
      return Mono.just(login.get().logIn(request));
    }
    if (!METHODS.contains(request.method())) {
      throw SwiftError.notAllowed();
    }
    SwiftPath path = SwiftPath.parse(request.rawPath());
    Caller caller = callers.of(request, path);
    Mono<Reply> answer = dispatch.answer(request, caller, path);
    return Cors.isFor(request, path)
        ? answer
            .onErrorResume(failure -> Mono.just(error(request, failure)))
            .flatMap(reply -> dispatch.decorate(request, path, reply))
        : answer;
  }

  private static Reply error(Request request, Throwable failure) {
    return switch (failure) {
      case SwiftError error -> known(request, error);
      case BodyCollector.TooLong tooLong -> StandardReplies.of(413);
      case StoreFailure.DeviceFull full -> StandardReplies.of(507);
      case StoreFailure busy -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), busy);
        yield StandardReplies.of(503);
      }
      default -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), failure);
        yield StandardReplies.of(500);
      }
    };
  }

  private static Reply known(Request request, SwiftError error) {
    Reply reply = StandardReplies.of(error);
    if (error.status() == 401) {
      String[] parts = request.rawPath().split("/", 4);
      String realm = parts.length > 2 ? parts[2].replace("\"", "") : "unknown";
      reply.header("Www-Authenticate", "Swift realm=\"" + realm + "\"");
    }
    return reply;
  }
}
