package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.symlink.Symlink;
import io.virga.objectstore.swift.symlink.SymlinkRequest;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts links; the target of a static one must be there and be as the request says. */
final class SymlinkWriter {

  private final ObjectParts parts;
  private final Gate gate;
  private final InstantSource clock;

  SymlinkWriter(ObjectParts parts, Gate gate, InstantSource clock) {
    this.parts = parts;
    this.gate = gate;
    this.clock = clock;
  }

  /** A link that is as it is to be put, and the type of its target if that is known. */
  private record Checked(Symlink link, Optional<String> type, Optional<String> sloEtag) {

    ListedType.Link listed(ObjectPath at) {
      return new ListedType.Link(
          link.address(at), link.etag().orElse(""), link.bytes().orElse(""), sloEtag.orElse(""));
    }
  }

  Mono<Reply> put(Call call, Condition condition) {
    Request request = call.request();
    ObjectPath path = call.path().objectPath();
    Symlink link = SymlinkRequest.parse(request, path);
    Map<String, String> metadata = new LinkedHashMap<>(ObjectHandler.metadata(request, clock));
    Mono<Checked> checked =
        link.etag().isPresent()
            ? checkTarget(call, link)
            : Mono.just(new Checked(link, Optional.empty(), Optional.empty()));
    return checked.flatMap(
        found -> {
          metadata.putAll(found.link().metadata());
          String type = ContentTypes.given(request).or(found::type).orElse("application/symlink");
          return parts
              .writer()
              .put(
                  new ObjectWriter.Put(
                      path,
                      ListedType.withLink(type, found.listed(path)),
                      metadata,
                      OptionalLong.of(0),
                      Optional.empty(),
                      condition),
                  Flux.empty())
              .map(version -> ObjectReplies.created(version, version.row().etag()));
        });
  }

  private Mono<Checked> checkTarget(Call call, Symlink link) {
    ObjectPath path = call.path().objectPath();
    ObjectPath target = link.targetOf(path);
    String address = link.address(path);
    return gate.enter(call.request(), call.caller(), SwiftPath.of(target), false)
        .then(Mono.defer(() -> openTarget(call, target, link)))
        .onErrorMap(
            SwiftError.class,
            error ->
                error.status() == 404
                    ? new SwiftError(409, "X-Symlink-Target does not exist")
                        .with("Content-Location", address)
                    : error)
        .map(opened -> checked(link, opened.readable(), address));
  }

  /** A target that is a dynamic link is looked at itself, one that is a static link is followed. */
  private Mono<ObjectReader.Opened> openTarget(Call call, ObjectPath target, Symlink link) {
    ObjectReader reader = parts.reader();
    return reader
        .open(call.request(), call.caller(), target, ObjectReader.View.LINK)
        .flatMap(
            opened -> {
              Optional<Symlink> next = Symlink.of(opened.readable().row());
              if (next.flatMap(Symlink::etag).isEmpty()) {
                return Mono.just(opened);
              }
              opened.readable().close();
              if (!next.flatMap(Symlink::etag).equals(link.etag())) {
                throw new SwiftError(409, "X-Symlink-Target-Etag headers do not match")
                    .with("Content-Location", link.address(call.path().objectPath()));
              }
              return reader.open(call.request(), call.caller(), target, ObjectReader.View.CONTENT);
            });
  }

  private static Checked checked(Symlink link, Readable readable, String address) {
    try (readable) {
      String etag = ObjectReader.etag(readable);
      if (!link.etag().equals(Optional.of(etag))) {
        throw new SwiftError(
                409,
                "Object Etag '%s' does not match X-Symlink-Target-Etag header '%s'"
                    .formatted(etag, link.etag().orElse("")))
            .with("Content-Location", address);
      }
      Symlink counted =
          new Symlink(
              link.target(),
              link.account(),
              link.etag(),
              Optional.of(Long.toString(readable.size())));
      return new Checked(
          counted,
          Optional.of(ListedType.shown(readable.row().contentType())),
          SystemMetadata.manifestEtag(readable.row()).map(manifest -> readable.etag()));
    }
  }
}
