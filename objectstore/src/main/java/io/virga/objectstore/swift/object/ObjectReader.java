package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.Guard;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Caller;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.symlink.Symlink;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.versions.Versions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Opens objects for whoever may read them: follows links and asks about every segment. */
public final class ObjectReader {

  /** How many links may follow each other. */
  public static final int MAXIMUM_LINKS = 2;

  private final LargeObjects large;
  private final Versions versions;
  private final Gate gate;

  public ObjectReader(LargeObjects large, Versions versions, Gate gate) {
    this.large = large;
    this.versions = versions;
    this.gate = gate;
  }

  /** How an object is opened. */
  public enum View {
    /** As it is used. */
    CONTENT,
    /** A manifest's own bytes. */
    MANIFEST,
    /** A link itself. */
    LINK
  }

  /**
   * An object that is open.
   *
   * @param address where a link led to
   */
  public record Opened(Readable readable, Optional<String> address) {}

  private record Step(ObjectPath path, Optional<String> etag, Optional<String> address, int links) {

    static Step first(ObjectPath path) {
      return new Step(path, Optional.empty(), Optional.empty(), 0);
    }
  }

  /** How a request wants to see an object. */
  public static View view(Request request) {
    if (request.query().text("symlink").equals("get")) {
      return View.LINK;
    }
    return request.query().text("multipart-manifest").equals("get") ? View.MANIFEST : View.CONTENT;
  }

  /** Opens what a caller, who may read at the path, wants; whoever gets it closes it. */
  public Mono<Opened> open(Request request, Caller caller, ObjectPath path, View view) {
    return VersionParameter.of(request)
        .map(id -> version(path, id).flatMap(at -> open(request, caller, Step.first(at), view)))
        .orElseGet(() -> open(request, caller, Step.first(path), view));
  }

  private Mono<ObjectPath> version(ObjectPath path, String id) {
    return versions
        .find(path, id)
        .map(found -> found.orElseThrow(SwiftError::notFound))
        .map(
            version -> {
              if (version.isMarker()) {
                throw SwiftError.notFound()
                    .with("X-Object-Version-Id", id)
                    .with("Content-Type", version.row().contentType());
              }
              return version.row().path();
            });
  }

  private Mono<Opened> open(Request request, Caller caller, Step step, View view) {
    Guard guard =
        (container, listed) ->
            gate.enterAllOf(request, caller, container, false)
                .onErrorMap(SwiftError.class, error -> listed ? error : new SwiftError(409))
                .then();
    Mono<Optional<Readable>> opened =
        view == View.MANIFEST ? manifest(step.path(), guard) : large.open(step.path(), guard);
    return opened.flatMap(
        found -> {
          if (found.isEmpty()) {
            throw located(SwiftError.notFound(), step);
          }
          Readable readable = found.get();
          Optional<Symlink> link =
              view == View.LINK ? Optional.empty() : Symlink.of(readable.row());
          if (link.isEmpty()) {
            if (view == View.CONTENT && SloChecks.isTooDeep(readable.row())) {
              readable.close();
              throw located(new SwiftError(409), step);
            }
            return Mono.just(checked(readable, step));
          }
          readable.close();
          return follow(request, caller, next(step, link.get(), readable.etag()), view);
        });
  }

  /** The manifest of a multipart object names what no client can ask for, and is not shown. */
  private Mono<Optional<Readable>> manifest(ObjectPath path, Guard guard) {
    return large
        .openStored(path)
        .flatMap(
            found -> {
              boolean hidden =
                  found
                      .flatMap(readable -> readable.row().metadata(SystemMetadata.MANIFEST))
                      .filter(SystemMetadata.MULTIPART::equals)
                      .isPresent();
              if (!hidden) {
                return Mono.just(found);
              }
              found.ifPresent(Readable::close);
              return large.open(path, guard);
            });
  }

  private static Opened checked(Readable readable, Step step) {
    String etag = etag(readable);
    if (step.etag().filter(wanted -> !wanted.equals(etag)).isPresent()) {
      readable.close();
      throw located(
          new SwiftError(
              409,
              "Object Etag '%s' does not match X-Symlink-Target-Etag header '%s'"
                  .formatted(etag, step.etag().get())),
          step);
    }
    return new Opened(readable, step.address());
  }

  /** What a static link holds its target to: of a client's manifest that is the manifest's own. */
  static String etag(Readable readable) {
    boolean multipart =
        readable
            .row()
            .metadata(SystemMetadata.MANIFEST)
            .filter(SystemMetadata.MULTIPART::equals)
            .isPresent();
    return multipart ? readable.etag() : readable.row().etag();
  }

  private static Step next(Step step, Symlink link, String ownEtag) {
    String found = link.etag().orElse(ownEtag);
    if (step.etag().filter(wanted -> !wanted.equals(found)).isPresent()) {
      throw located(new SwiftError(409, "X-Symlink-Target-Etag headers do not match"), step);
    }
    if (step.links() >= MAXIMUM_LINKS) {
      throw new SwiftError(
          409, "Too many levels of symbolic links, maximum allowed is " + MAXIMUM_LINKS);
    }
    return new Step(
        link.targetOf(step.path()),
        link.etag(),
        Optional.of(link.address(step.path())),
        step.links() + 1);
  }

  private Mono<Opened> follow(Request request, Caller caller, Step step, View view) {
    return gate.enter(request, caller, SwiftPath.of(step.path()), false)
        .onErrorMap(SwiftError.class, error -> located(error, step))
        .then(Mono.defer(() -> open(request, caller, step, view)));
  }

  private static SwiftError located(SwiftError error, Step step) {
    step.address().ifPresent(address -> error.with("Content-Location", address));
    return error;
  }
}
