package io.virga.objectstore.swift;

import io.virga.dataplane.token.Verification;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.store.ObjectStore;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The Swift API: {@code /v1/…}, {@code /info} and {@code /healthcheck}. */
public final class SwiftDoor implements Door {

  private static final Logger LOG = LoggerFactory.getLogger(SwiftDoor.class);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "COPY", "OPTIONS");

  private final SwiftAccess access;
  private final AccountHandler accounts;
  private final ContainerHandler containers;
  private final ObjectHandler objects;
  private final Reply.Bytes info;

  /**
   * @param verifier of tokens
   */
  public SwiftDoor(ObjectStore store, Function<String, Verification> verifier) {
    this.access = new SwiftAccess(verifier);
    BulkDelete bulk = new BulkDelete(store);
    this.accounts = new AccountHandler(store, bulk);
    this.containers = new ContainerHandler(store);
    this.objects = new ObjectHandler(store, access, bulk);
    this.info = new Reply.Bytes(SwiftInfo.json());
  }

  @Override
  public boolean isFor(Request request) {
    String path = request.rawPath();
    if (path.startsWith("/v1/")) {
      return true;
    }
    boolean signed = request.headers().contains("authorization") || !request.rawQuery().isEmpty();
    return !signed && (path.equals("/info") || path.equals("/healthcheck"));
  }

  @Override
  public String operation(Request request) {
    String method = METHODS.contains(request.method()) ? request.method() : "OTHER";
    long slashes = request.rawPath().chars().filter(c -> c == '/').limit(4).count();
    String level = slashes >= 4 ? "object" : slashes == 3 ? "container" : "account";
    return "swift." + level + "." + method.toLowerCase(Locale.ROOT);
  }

  @Override
  public Mono<Reply> answer(Request request) {
    return Mono.defer(() -> route(request))
        .onErrorResume(failure -> Mono.just(error(request, failure)))
        .map(
            reply ->
                reply
                    .header("X-Trans-Id", request.id())
                    .header("X-Openstack-Request-Id", request.id()));
  }

  private Mono<Reply> route(Request request) {
    if (request.rawPath().equals("/healthcheck")) {
      return Mono.just(Reply.text(200, "text/plain", "OK"));
    }
    if (request.rawPath().equals("/info")) {
      return Mono.just(
          Reply.of(200).with(info).header("Content-Type", "application/json; charset=UTF-8"));
    }
    if (!METHODS.contains(request.method())) {
      throw new SwiftError(405, "The method is not allowed for this resource.");
    }
    SwiftPath path = SwiftPath.parse(request.rawPath());
    access.check(request, path.account());
    SwiftHeaders.refuseWhatIsNotBuilt(request);
    if (path.isAccount()) {
      return accounts.handle(request, path.account());
    }
    return path.isContainer()
        ? containers.handle(request, path.containerPath())
        : objects.handle(request, path.objectPath());
  }

  private static Reply error(Request request, Throwable failure) {
    return switch (failure) {
      case SwiftError error -> errorReply(request, error.status(), error.getMessage());
      case BodyCollector.TooLong tooLong -> errorReply(request, 413, tooLong.getMessage());
      case StoreFailure.DeviceFull full ->
          errorReply(request, 507, "There was not enough space to save the resource.");
      case StoreFailure busy -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), busy);
        yield errorReply(request, 503, "The server is currently unavailable.");
      }
      default -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), failure);
        yield errorReply(request, 500, "The server has either erred or is incapable.");
      }
    };
  }

  private static Reply errorReply(Request request, int status, @Nullable String message) {
    String text =
        "<html><h1>%s</h1><p>%s</p></html>"
            .formatted(SwiftText.reason(status), SwiftText.escape(String.valueOf(message)));
    Reply reply = Reply.text(status, "text/html; charset=UTF-8", text);
    if (status == 401) {
      String[] parts = request.rawPath().split("/", 4);
      String realm = parts.length > 2 ? parts[2].replace("\"", "") : "unknown";
      reply.header("Www-Authenticate", "Swift realm=\"" + realm + "\"");
    }
    return reply;
  }
}
