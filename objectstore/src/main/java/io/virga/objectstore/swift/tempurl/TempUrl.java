package io.virga.objectstore.swift.tempurl;

import io.netty.handler.codec.http.HttpHeaders;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** URLs that are signed for one method, one object or the beginning of names, and a time. */
public final class TempUrl {

  /** What may be signed for. */
  public static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE");

  /** The digests of signatures. */
  public static final List<String> DIGESTS = List.of("sha1", "sha256", "sha512");

  private static final Set<String> POINTERS =
      Set.of("x-object-manifest", "x-symlink-target", "x-copy-from");
  private static final String META = "x-object-meta-";
  private static final String PUBLIC_META = "x-object-meta-public-";

  private final ObjectStore store;
  private final InstantSource clock;

  public TempUrl(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Whether a request shows a signature. */
  public static boolean isOne(Request request) {
    Query query = request.query();
    return !request.method().equals("OPTIONS")
        && (query.has("temp_url_sig") || query.has("temp_url_expires"));
  }

  /** A good signature: whose, and until when. */
  public record Permit(Caller.Signed caller, long expires) {}

  /** The permit that a request shows; fails with 401 if it is not good for the request. */
  public Mono<Permit> check(Request request, SwiftPath path) {
    Query query = request.query();
    Optional<Signatures.Shown> shown = Signatures.parse(query.text("temp_url_sig"));
    long expires = expires(query.text("temp_url_expires"));
    String prefix = query.text("temp_url_prefix");
    boolean good =
        METHODS.contains(request.method())
            && (!path.object().replace("/", "").isEmpty() || isSite(request, path))
            && path.object().startsWith(prefix)
            && expires >= clock.instant().getEpochSecond()
            && comesFromRange(request);
    if (!good || shown.isEmpty()) {
      return Mono.error(invalid());
    }
    String signed =
        query.has("temp_url_prefix")
            ? "prefix:/v1/%s/%s/%s".formatted(path.account(), path.container(), prefix)
            : "/v1/%s/%s/%s".formatted(path.account(), path.container(), path.object());
    return SigningKeys.of(store, path)
        .map(
            keys -> {
              for (String method : methods(request)) {
                String message = message(query, method, expires, signed);
                for (SigningKeys.Key key : keys) {
                  if (shown.get().fits(key.secret(), message)) {
                    return new Permit(key.opens(), expires);
                  }
                }
              }
              throw invalid();
            });
  }

  /** Whether the beginning of all names is signed, and its web site asked for. */
  private static boolean isSite(Request request, SwiftPath path) {
    return path.isContainer()
        && Set.of("GET", "HEAD").contains(request.method())
        && request.query().get("temp_url_prefix").filter(String::isEmpty).isPresent();
  }

  /** Whoever may GET, POST or PUT may also HEAD. */
  private static List<String> methods(Request request) {
    return request.isHead() ? List.of("HEAD", "GET", "POST", "PUT") : List.of(request.method());
  }

  private static String message(Query query, String method, long expires, String path) {
    String lines = method + "\n" + expires + "\n" + path;
    String range = query.text("temp_url_ip_range");
    return range.isEmpty() ? lines : "ip=" + range + "\n" + lines;
  }

  private static boolean comesFromRange(Request request) {
    String range = request.query().text("temp_url_ip_range");
    return range.isEmpty()
        || AddressRange.parse(range)
            .flatMap(allowed -> request.remote().map(allowed::contains))
            .orElse(false);
  }

  private static long expires(String text) {
    if (text.matches("[0-9]{1,15}")) {
      return Long.parseLong(text);
    }
    try {
      return text.endsWith("Z") ? Instant.parse(text).getEpochSecond() : 0;
    } catch (DateTimeException e) {
      return 0;
    }
  }

  /** The error for a URL that does not open what is asked for. */
  public static SwiftError invalid() {
    return new SwiftError(401, "401 Unauthorized: Temp URL invalid\n");
  }

  /** The request as it may go on: what points elsewhere is refused, and no query has a meaning. */
  public static Request cleaned(Request request) {
    if (!Set.of("GET", "HEAD").contains(request.method())) {
      for (String pointer : POINTERS) {
        if (request.header(pointer).isPresent()) {
          throw SwiftError.badRequest(
              "The header '%s' is not allowed in this tempurl".formatted(pointer));
        }
      }
    }
    return request.withoutQuery();
  }

  /** The reply without metadata that is not public, and with a name to save it by. */
  public static Reply decorated(Request request, SwiftPath path, Permit permit, Reply reply) {
    HttpHeaders headers = reply.headers();
    for (String name : new ArrayList<>(headers.names())) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith(META) && !lower.startsWith(PUBLIC_META)) {
        headers.remove(name);
      }
    }
    boolean read = Set.of("GET", "HEAD").contains(request.method());
    if (read && reply.status() / 100 == 2) {
      Optional<String> kept = Optional.ofNullable(headers.get("Content-Disposition"));
      reply.header("Content-Disposition", disposition(request.query(), path, kept));
      reply.header("Expires", HttpDates.format(permit.expires()));
    }
    return reply;
  }

  private static String disposition(Query query, SwiftPath path, Optional<String> kept) {
    String filename = query.text("filename");
    if (query.has("inline") || path.isContainer()) {
      return filename.isEmpty() ? "inline" : disposition("inline", filename);
    }
    if (!filename.isEmpty()) {
      return disposition("attachment", filename);
    }
    String object = path.object().replaceFirst("/+$", "");
    return kept.orElseGet(
        () -> disposition("attachment", object.substring(object.lastIndexOf('/') + 1)));
  }

  private static String disposition(String kind, String filename) {
    String plain = UriText.encode(filename, true).replace("%20", " ");
    return "%s; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(kind, plain, UriText.encode(filename, true));
  }
}
