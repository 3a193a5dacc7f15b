package io.virga.objectstore.swift.staticweb;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.object.ObjectReader;
import io.virga.objectstore.swift.object.ObjectReplies;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.swift.wire.Truth;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Shows a container as a web site to those who come without a token. */
public final class StaticWeb {

  private final ObjectStore store;
  private final ObjectReader reader;
  private final Gate gate;

  public StaticWeb(ObjectStore store, ObjectReader reader, Gate gate) {
    this.store = store;
    this.reader = reader;
    this.gate = gate;
  }

  private record Visit(
      Request request, Caller caller, SwiftPath path, WebSettings settings, SignedLinks links) {

    ObjectPath object(String name) {
      return path.containerPath().object(name);
    }

    boolean endsWithSlash() {
      return request.rawPath().endsWith("/");
    }
  }

  /** Whether a request comes as a browser does. */
  public static boolean isFor(Request request, Caller caller, SwiftPath path) {
    boolean reads = request.method().equals("GET") || request.isHead();
    boolean browses = !(caller instanceof Caller.User) || Truth.of(request.header("x-web-mode"));
    return reads && browses && !path.isAccount();
  }

  /**
   * Answers a request.
   *
   * @param links what the links of its pages have
   * @param plain the reply that it would have without any of this, errors as such
   */
  public Mono<Reply> answer(
      Request request, Caller caller, SwiftPath path, SignedLinks links, Mono<Reply> plain) {
    return store
        .container(path.containerPath())
        .flatMap(
            row -> {
              Visit visit = new Visit(request, caller, path, WebSettings.of(row), links);
              return path.isContainer() ? container(visit, plain) : object(visit, plain);
            });
  }

  private Mono<Reply> container(Visit visit, Mono<Reply> plain) {
    if (!visit.settings().isSite()) {
      return Truth.of(visit.request().header("x-web-mode"))
          ? Mono.error(SwiftError.notFound())
          : plain;
    }
    return gate.enter(visit.request(), visit.caller(), visit.path(), false)
        .flatMap(
            grant -> {
              if (!visit.endsWithSlash()) {
                return Mono.just(redirect(visit));
              }
              return visit.settings().index().isEmpty()
                  ? listing(visit, "")
                  : indexOr(visit, "", error -> listing(visit, ""));
            })
        .onErrorResume(SwiftError.class, error -> errorPage(visit, error));
  }

  private Mono<Reply> object(Visit visit, Mono<Reply> plain) {
    return plain
        .flatMap(
            reply -> {
              if (isDirectoryMark(visit.settings(), reply)) {
                release(reply);
                return Mono.error(SwiftError.notFound());
              }
              return Mono.just(reply);
            })
        .onErrorResume(
            SwiftError.class,
            error -> error.status() == 404 ? missing(visit, error) : Mono.error(error));
  }

  private static boolean isDirectoryMark(WebSettings settings, Reply reply) {
    if (reply.status() / 100 != 2
        || !settings.directoryType().equals(reply.headers().get("Content-Type"))) {
      return false;
    }
    return switch (reply.body()) {
      case Reply.None none -> true;
      case Reply.Head(long length) -> length <= 1;
      case Reply.Bytes(byte[] bytes) -> bytes.length <= 1;
      case Reply.Buffer(var buffer) -> buffer.readableBytes() <= 1;
      case Reply.Stream stream -> false;
      case Reply.Chunked chunked -> false;
    };
  }

  private static void release(Reply reply) {
    if (reply.body() instanceof Reply.Buffer(var buffer)) {
      buffer.release();
    }
  }

  private Mono<Reply> missing(Visit visit, SwiftError error) {
    if (!visit.settings().isSite()) {
      return errorPage(visit, error);
    }
    String directory = visit.path().object() + (visit.endsWithSlash() ? "" : "/");
    Mono<Reply> found =
        visit.settings().index().isEmpty()
            ? withoutIndex(visit, directory)
            : indexOr(visit, directory, none -> withoutIndex(visit, directory))
                .map(reply -> redirectedUnlessSlash(visit, reply));
    return found.onErrorResume(SwiftError.class, failed -> errorPage(visit, failed));
  }

  private static Reply redirectedUnlessSlash(Visit visit, Reply reply) {
    if (visit.endsWithSlash() || reply.status() == 301) {
      return reply;
    }
    release(reply);
    return redirect(visit);
  }

  private Mono<Reply> withoutIndex(Visit visit, String directory) {
    if (visit.endsWithSlash()) {
      return listing(visit, directory);
    }
    ContainerPath container = visit.path().containerPath();
    return gate.enter(visit.request(), visit.caller(), SwiftPath.of(container), false)
        .then(store.listObjects(container, ListingQuery.of(directory, "", 1)))
        .map(
            found -> {
              if (found.filter(l -> !l.page().items().isEmpty()).isEmpty()) {
                throw SwiftError.notFound();
              }
              return redirect(visit);
            });
  }

  private Mono<Reply> indexOr(
      Visit visit, String directory, Function<SwiftError, Mono<Reply>> otherwise) {
    ObjectPath index = visit.object(directory + visit.settings().index());
    Mono<Reply> page = visit.endsWithSlash() ? read(visit, index) : exists(visit, index);
    return page.onErrorResume(
        SwiftError.class,
        error -> error.status() == 404 ? otherwise.apply(error) : Mono.error(error));
  }

  private Mono<Reply> read(Visit visit, ObjectPath path) {
    return gate.enter(visit.request(), visit.caller(), SwiftPath.of(path), false)
        .then(
            Mono.defer(
                () ->
                    reader.open(visit.request(), visit.caller(), path, ObjectReader.View.CONTENT)))
        .flatMap(opened -> ObjectReplies.read(visit.request(), opened.readable()));
  }

  private Mono<Reply> exists(Visit visit, ObjectPath path) {
    return gate.enter(visit.request(), visit.caller(), SwiftPath.of(path), false)
        .then(store.object(path))
        .map(
            found -> {
              if (found.isEmpty()) {
                throw SwiftError.notFound();
              }
              return redirect(visit);
            });
  }

  private Mono<Reply> listing(Visit visit, String prefix) {
    String label = label(visit);
    if (!visit.settings().listings()) {
      String page = new ListingPageWriter(visit.settings(), visit.links(), prefix).disabled(label);
      Reply disabled = Reply.text(404, "text/html; charset=UTF-8", page);
      return withErrorPage(visit, disabled);
    }
    ContainerPath container = visit.path().containerPath();
    ListingQuery query = new ListingQuery(prefix, "/", "", "", SwiftLimits.LISTING_LIMIT, false);
    return gate.enter(visit.request(), visit.caller(), SwiftPath.of(container), false)
        .then(store.listObjects(container, query))
        .map(
            found -> {
              ObjectStore.Listing listing = found.orElseThrow(SwiftError::notFound);
              if (!prefix.isEmpty() && listing.page().items().isEmpty()) {
                throw SwiftError.notFound();
              }
              ListingPageWriter page =
                  new ListingPageWriter(visit.settings(), visit.links(), prefix);
              Reply reply =
                  Reply.text(200, "text/html; charset=UTF-8", page.page(label, listing.page()));
              return visit.caller() instanceof Caller.Signed
                  ? reply.header("Content-Disposition", "inline")
                  : reply;
            });
  }

  private static String label(Visit visit) {
    SwiftPath path = visit.path();
    String label = visit.settings().label();
    return label.isEmpty()
        ? "/v1/" + path.account() + "/" + path.container() + "/" + path.object()
        : label + "/" + path.object();
  }

  private static Reply redirect(Visit visit) {
    SwiftPath path = visit.path();
    String object = path.object().isEmpty() ? "" : "/" + UriText.encode(path.object(), true);
    return StandardReplies.of(301)
        .header(
            "Location",
            visit.request().base()
                + "/v1/"
                + UriText.encode(path.account(), false)
                + "/"
                + UriText.encode(path.container(), false)
                + object
                + "/");
  }

  private Mono<Reply> errorPage(Visit visit, SwiftError error) {
    return visit.settings().error().isEmpty()
        ? Mono.error(error)
        : withErrorPage(visit, StandardReplies.of(error));
  }

  /** The site's own page for an error, if there is one that may be read. */
  private Mono<Reply> withErrorPage(Visit visit, Reply reply) {
    if (visit.settings().error().isEmpty()) {
      return Mono.just(reply);
    }
    ObjectPath page = visit.object(reply.status() + visit.settings().error());
    return read(visit, page)
        .map(found -> new Reply(reply.status(), found.headers(), found.body()))
        .onErrorResume(SwiftError.class, none -> Mono.just(reply));
  }
}
