package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.SoftLink;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.auth.Grant;
import io.virga.objectstore.swift.expiry.ExpiryHeaders;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.NamedPath;
import io.virga.objectstore.swift.wire.RowHeaders;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import io.virga.objectstore.swift.wire.Truth;
import io.virga.objectstore.versions.VersionId;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies on the server: what is large becomes one object, or with the manifest copied stays so. */
final class CopyHandler {

  private final ObjectParts parts;
  private final Gate gate;
  private final LargeObjects large;
  private final SloWriter manifests;
  private final InstantSource clock;

  CopyHandler(
      ObjectParts parts, LargeObjects large, SloWriter manifests, Gate gate, InstantSource clock) {
    this.parts = parts;
    this.large = large;
    this.manifests = manifests;
    this.gate = gate;
    this.clock = clock;
  }

  private record Copy(Call call, ObjectPath source, ObjectPath target, ObjectReader.View view) {}

  /** {@code COPY source} with {@code Destination}; the call is let in to read. */
  Mono<Reply> copy(Call call) {
    Request request = call.request();
    String destination =
        request
            .header("destination")
            .orElseThrow(() -> SwiftError.preconditionFailed("Destination header required"));
    ObjectPath source = call.path().objectPath();
    String account = NamedPath.account(request, "destination-account", source.account());
    ObjectPath target = NamedPath.object(account, destination, "Destination");
    return transfer(
        new Copy(call, source, target, ObjectReader.view(request)),
        Mono.defer(() -> gate.enter(request, call.caller(), SwiftPath.of(target), true)));
  }

  /** {@code PUT target} with {@code X-Copy-From}; the call is let in to write. */
  Mono<Reply> copyTo(Call call) {
    Request request = call.request();
    if (request.contentLength().orElse(0) != 0 || request.isChunked()) {
      throw SwiftError.badRequest("Copy requests require a zero byte body");
    }
    ObjectPath target = call.path().objectPath();
    String account = NamedPath.account(request, "x-copy-from-account", target.account());
    ObjectPath source =
        NamedPath.object(account, request.header("x-copy-from").orElse(""), "X-Copy-From");
    return gate.enter(request, call.caller(), SwiftPath.of(source), false)
        .flatMap(
            grant ->
                transfer(
                    new Copy(call, source, target, ObjectReader.view(request)), Mono.just(grant)));
  }

  /** {@code PUT} with {@code version-id}: that version is the current one from then on. */
  Mono<Reply> restore(Call call, String id) {
    if (id.equals(VersionId.NULL)) {
      throw SwiftError.badRequest("Invalid version parameter");
    }
    if (call.request().contentLength().orElse(0) != 0 || call.request().isChunked()) {
      throw SwiftError.badRequest("PUT version-id requests require a zero byte body");
    }
    return parts
        .versions()
        .restore(call.path().objectPath(), id)
        .map(
            found ->
                found.orElseThrow(
                    () -> new SwiftError(404, "The specified version does not exist")))
        .map(version -> ObjectReplies.created(version, SystemMetadata.shownEtag(version.row())));
  }

  /** What is not there cannot be copied, wherever it was to go; then the caller is let in there. */
  private Mono<Reply> transfer(Copy copy, Mono<Grant> entered) {
    return Mono.usingWhen(
        parts
            .reader()
            .open(copy.call().request(), copy.call().caller(), copy.source(), copy.view()),
        opened -> entered.flatMap(grant -> write(copy, opened.readable())),
        opened -> Mono.fromRunnable(opened.readable()::close));
  }

  private Mono<Reply> write(Copy copy, Readable readable) {
    Request request = copy.call().request();
    ObjectRow row = readable.row();
    long modified = row.metadataTimestamp().ceilingSeconds();
    if (ObjectReplies.judge(request, readable.etag(), modified) != Preconditions.Verdict.PASS) {
      throw new SwiftError(412);
    }
    String type = type(request, row, copy.view());
    Map<String, String> metadata = metadata(copy, readable);
    if (isManifest(copy, row)) {
      return manifests
          .copy(copy.call(), readable, manifest(copy, type, metadata))
          .map(reply -> described(copy, row, metadata, reply));
    }
    return PartNumber.of(request, readable, large)
        .map(
            part ->
                part.map(p -> p.range().orElseThrow(() -> new SwiftError(416)))
                    .orElseGet(() -> range(request, readable.size())))
        .flatMap(
            range -> {
              ObjectWriter.Put put =
                  ObjectWriter.Put.of(
                      copy.target(), type, metadata, OptionalLong.of(range.length()));
              Flux<ByteBuf> body = range.length() == 0 ? Flux.empty() : readable.bytes(range);
              return parts.writer().put(put, body);
            })
        .map(
            written -> {
              String etag = SystemMetadata.shownEtag(written.row());
              return described(copy, row, metadata, ObjectReplies.created(written, etag));
            });
  }

  private static boolean isManifest(Copy copy, ObjectRow row) {
    return copy.view() == ObjectReader.View.MANIFEST
        && row.metadata(SystemMetadata.MANIFEST).filter(SystemMetadata.SLO::equals).isPresent();
  }

  private static SloWriter.Put manifest(Copy copy, String type, Map<String, String> metadata) {
    return new SloWriter.Put(copy.target(), type, metadata, Optional.empty(), Condition.NONE);
  }

  private static ByteRange range(Request request, long size) {
    return switch (ByteRange.parse(request.header("range"), size)) {
      case ByteRange.Everything() -> new ByteRange(0, size - 1);
      case ByteRange.Part(ByteRange part) -> part;
      case ByteRange.Unsatisfiable() -> throw new SwiftError(416);
    };
  }

  private static String type(Request request, ObjectRow row, ObjectReader.View view) {
    String shown = ListedType.shown(row.contentType());
    Optional<String> given = ContentTypes.given(request);
    return view == ObjectReader.View.LINK
        ? given.map(t -> ListedType.replaced(row.contentType(), t)).orElse(row.contentType())
        : given.orElse(shown);
  }

  private Map<String, String> metadata(Copy copy, Readable readable) {
    Request request = copy.call().request();
    ObjectRow row = readable.row();
    boolean fresh = Truth.of(request.header("x-fresh-metadata"));
    boolean stored =
        !readable.isLarge()
            && (copy.view() == ObjectReader.View.MANIFEST || copy.view() == ObjectReader.View.LINK);
    Map<String, String> metadata = new LinkedHashMap<>();
    row.metadata()
        .forEach(
            (name, value) -> {
              boolean ours = name.startsWith(".") || name.equals(LargeObjects.DYNAMIC);
              if (ours ? stored : !fresh) {
                metadata.put(name, value);
              }
            });
    metadata.putAll(MetadataHeaders.ofObject(request));
    if (metadata.containsKey(SoftLink.TARGET)
        && request.header("x-symlink-target-account").isPresent()) {
      metadata.put(SoftLink.ACCOUNT, NamedPath.account(request, "x-symlink-target-account", ""));
    }
    MetadataHeaders.check(metadata, MetadataHeaders.OBJECT);
    DynamicManifest.check(metadata);
    ExpiryHeaders.apply(metadata, request, clock);
    return metadata;
  }

  private static Reply described(
      Copy copy, ObjectRow source, Map<String, String> metadata, Reply reply) {
    if (reply.status() != 201) {
      return reply;
    }
    RowHeaders.copied(reply, metadata);
    ObjectPath from = copy.source();
    return reply
        .header("X-Copied-From", UriText.encode(from.container() + "/" + from.object(), true))
        .header("X-Copied-From-Account", from.account())
        .header(
            "X-Copied-From-Last-Modified",
            HttpDates.format(source.metadataTimestamp().ceilingSeconds()));
  }
}
