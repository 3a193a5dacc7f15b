package io.virga.objectstore.swift;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.store.SystemMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies on the server: what is large becomes one object, or with the manifest copied stays so. */
final class CopyHandler {

  private final ObjectStore store;
  private final LargeObjects large;
  private final SwiftAccess access;

  CopyHandler(ObjectStore store, LargeObjects large, SwiftAccess access) {
    this.store = store;
    this.large = large;
    this.access = access;
  }

  /** {@code COPY source} with {@code Destination}. */
  Mono<Reply> copy(Request request, ObjectPath source) {
    String destination =
        request
            .header("destination")
            .orElseThrow(() -> SwiftError.preconditionFailed("Destination header required"));
    String account = account(request, "destination-account", source.account());
    ObjectPath target = path(account, destination, "Destination");
    return transfer(request, source, target);
  }

  /** {@code PUT target} with {@code X-Copy-From}. */
  Mono<Reply> copyTo(Request request, ObjectPath target) {
    if (request.contentLength().orElse(0) != 0) {
      throw SwiftError.badRequest("Copy requests require a zero byte body");
    }
    String account = account(request, "x-copy-from-account", target.account());
    ObjectPath source = path(account, request.header("x-copy-from").orElse(""), "X-Copy-From");
    return transfer(request, source, target);
  }

  private String account(Request request, String header, String own) {
    String account = request.header(header).flatMap(UriText::decode).orElse(own);
    if (!account.equals(own)) {
      access.check(request, account);
    }
    return account;
  }

  private static ObjectPath path(String account, String text, String header) {
    return UriText.decode(text)
        .flatMap(decoded -> ManifestCodec.parsePath(account, decoded))
        .orElseThrow(
            () ->
                SwiftError.preconditionFailed(
                    header + " header must be of the form <container name>/<object name>"));
  }

  private Mono<Reply> transfer(Request request, ObjectPath source, ObjectPath target) {
    boolean manifest = request.query().text("multipart-manifest").equals("get");
    Mono<Optional<Readable>> opened = manifest ? large.openStored(source) : large.open(source);
    return Readable.using(
        opened,
        found -> {
          Readable readable = found.orElseThrow(SwiftError::notFound);
          return store
              .container(target.containerPath())
              .flatMap(
                  container -> {
                    if (container.isEmpty()) {
                      throw SwiftError.notFound();
                    }
                    return write(request, readable, target, manifest);
                  });
        });
  }

  private Mono<Reply> write(
      Request request, Readable readable, ObjectPath target, boolean manifest) {
    ObjectRow row = readable.row();
    Map<String, String> metadata = metadata(request, row, manifest && !readable.isLarge());
    String type = request.header("content-type").orElse(row.contentType());
    long size = readable.size();
    Flux<ByteBuf> body = size == 0 ? Flux.empty() : readable.bytes(new ByteRange(0, size - 1));
    return store
        .receive(
            target,
            OptionalLong.of(size),
            body,
            (Received received) ->
                store
                    .put(
                        target,
                        NewObject.of(received, type, metadata),
                        received.content(),
                        Condition.NONE)
                    .map(result -> ObjectReplies.created(result, received.md5())))
        .map(
            reply ->
                reply
                    .header(
                        "X-Copied-From",
                        UriText.encode(row.path().container() + "/" + row.path().object(), true))
                    .header("X-Copied-From-Account", row.path().account())
                    .header(
                        "X-Copied-From-Last-Modified",
                        HttpDates.format(row.metadataTimestamp().ceilingSeconds())));
  }

  private static Map<String, String> metadata(Request request, ObjectRow row, boolean manifest) {
    Map<String, String> metadata = new LinkedHashMap<>();
    boolean fresh = request.header("x-fresh-metadata").filter("true"::equalsIgnoreCase).isPresent();
    row.metadata()
        .forEach(
            (name, value) -> {
              boolean system = name.startsWith(".");
              boolean large = name.equals(LargeObjects.DYNAMIC);
              if ((system || large) ? manifest : !fresh) {
                metadata.put(name, value);
              }
            });
    if (metadata.get(SystemMetadata.MANIFEST) instanceof String kind
        && kind.equals(SystemMetadata.MULTIPART)) {
      throw new SwiftError(501, "Copying the manifest of a multipart object is not implemented.");
    }
    metadata.putAll(SwiftHeaders.ofObject(request));
    return metadata;
  }
}
