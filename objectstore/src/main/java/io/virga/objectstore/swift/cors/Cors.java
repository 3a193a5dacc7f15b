package io.virga.objectstore.swift.cors;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Lets the scripts of those sites in that a container names (Swift, "CORS"; strict mode). */
public final class Cors {

  private static final String PREFIX = "x-container-meta-access-control-";
  private static final List<String> EXPOSED =
      List.of(
          "cache-control",
          "content-language",
          "content-type",
          "expires",
          "last-modified",
          "pragma",
          "etag",
          "x-timestamp",
          "x-trans-id",
          "x-openstack-request-id");
  private static final List<String> ACCOUNT_METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
  private static final List<String> OBJECT_METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "COPY", "OPTIONS");

  private final ObjectStore store;

  public Cors(ObjectStore store) {
    this.store = store;
  }

  /** Answers OPTIONS: what may be done, and whether a script of another site may. */
  public Mono<Reply> options(Request request, SwiftPath path) {
    List<String> methods = path.isObject() ? OBJECT_METHODS : ACCOUNT_METHODS;
    String allowed = String.join(", ", methods);
    Reply plain = StandardReplies.empty(200).header("Allow", allowed);
    Optional<String> origin = request.header("origin");
    if (origin.isEmpty()) {
      return Mono.just(plain);
    }
    return container(path)
        .map(
            row -> {
              String method = request.header("access-control-request-method").orElse("");
              if (!allows(row, origin.get()) || !methods.contains(method)) {
                return StandardReplies.of(401).header("Allow", allowed);
              }
              Set<String> headers = words(value(row, "allow-headers"));
              headers.addAll(words(request.header("access-control-request-headers").orElse("")));
              originHeaders(plain, row, origin.get());
              plain.header("Access-Control-Allow-Methods", allowed);
              if (!headers.isEmpty()) {
                plain.header("Access-Control-Allow-Headers", String.join(", ", headers));
                vary(plain, "Access-Control-Request-Headers");
              }
              String age = value(row, "max-age");
              return age.isEmpty() ? plain : plain.header("Access-Control-Max-Age", age);
            });
  }

  /** Whether a request comes from a script that may or may not see the reply. */
  public static boolean isFor(Request request, SwiftPath path) {
    return request.headers().contains(HttpHeaderNames.ORIGIN)
        && !path.isAccount()
        && !request.method().equals("OPTIONS");
  }

  /** Adds to a reply what lets the script that asked see it. */
  public Mono<Reply> decorate(Request request, SwiftPath path, Reply reply) {
    String origin = request.header("origin").orElse("");
    return container(path).map(row -> allows(row, origin) ? exposed(reply, row, origin) : reply);
  }

  private static Reply exposed(Reply reply, Optional<ContainerRow> row, String origin) {
    Set<String> exposed = new TreeSet<>(EXPOSED);
    for (String name : reply.headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-container-meta") || lower.startsWith("x-object-meta")) {
        exposed.add(lower);
      }
    }
    exposed.addAll(words(value(row, "expose-headers").replace(' ', ',')));
    reply.header("Access-Control-Expose-Headers", String.join(", ", exposed));
    originHeaders(reply, row, origin);
    return reply;
  }

  private static void originHeaders(Reply reply, Optional<ContainerRow> row, String origin) {
    if (value(row, "allow-origin").strip().equals("*")) {
      reply.header("Access-Control-Allow-Origin", "*");
    } else {
      reply.header("Access-Control-Allow-Origin", origin);
      vary(reply, "Origin");
    }
  }

  private static void vary(Reply reply, String name) {
    String before = reply.headers().get("Vary");
    reply.header("Vary", before == null ? name : before + ", " + name);
  }

  private Mono<Optional<ContainerRow>> container(SwiftPath path) {
    return path.isAccount() ? Mono.just(Optional.empty()) : store.container(path.containerPath());
  }

  private static boolean allows(Optional<ContainerRow> row, String origin) {
    List<String> allowed = Arrays.asList(value(row, "allow-origin").strip().split("\\s+", -1));
    return allowed.contains("*") || allowed.contains(origin);
  }

  private static String value(Optional<ContainerRow> row, String name) {
    return row.map(r -> r.metadata().get(PREFIX + name)).orElse("");
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>();
    Stream.of(text.split(",", -1))
        .map(word -> word.strip().toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .forEach(words::add);
    return words;
  }
}
