package io.virga.objectstore.swift.object;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.expiry.ExpiryHeaders;
import io.virga.objectstore.swift.symlink.Symlink;
import io.virga.objectstore.swift.symlink.SymlinkRequest;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.Truth;
import io.virga.objectstore.versions.VersionName;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/** Requests to an object. */
public final class ObjectHandler {

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final ObjectRemover remover;
  private final ObjectUpdates updates;
  private final CopyHandler copies;
  private final SloWriter slo;
  private final SloDeletion deletions;
  private final SymlinkWriter symlinks;
  private final LargeObjects large;
  private final InstantSource clock;

  public ObjectHandler(ObjectParts parts, LargeObjects large, Gate gate, InstantSource clock) {
    this.reader = parts.reader();
    this.writer = parts.writer();
    this.remover = parts.remover();
    this.updates = new ObjectUpdates(parts, clock);
    this.slo = new SloWriter(parts, gate, clock);
    this.copies = new CopyHandler(parts, large, slo, gate, clock);
    this.deletions = new SloDeletion(parts, large, gate, clock);
    this.symlinks = new SymlinkWriter(parts, gate, clock);
    this.large = large;
    this.clock = clock;
  }

  /** Answers a request that is let in. */
  public Mono<Reply> handle(Call call) {
    return switch (call.request().method()) {
      case "GET", "HEAD" -> read(call);
      case "PUT" -> put(call);
      case "POST" -> {
        if (VersionParameter.of(call.request()).isPresent()) {
          throw SwiftError.badRequest("POST to a specific version is not allowed");
        }
        yield updates.post(call.request(), call.path().objectPath());
      }
      case "DELETE" -> delete(call);
      case "COPY" -> copies.copy(call);
      default -> throw SwiftError.notAllowed();
    };
  }

  private Mono<Reply> read(Call call) {
    Request request = call.request();
    ObjectReader.View view = ObjectReader.view(request);
    return reader
        .open(request, call.caller(), call.path().objectPath(), view)
        .flatMap(
            opened -> {
              Readable readable = opened.readable();
              ObjectRow row = readable.row();
              boolean manifest =
                  view == ObjectReader.View.MANIFEST
                      && row.metadata(SystemMetadata.MANIFEST)
                          .filter(SystemMetadata.SLO::equals)
                          .isPresent();
              if (manifest && request.query().text("format").equals("raw")) {
                return RawManifest.reply(request, readable);
              }
              return Mono.defer(() -> PartNumber.of(request, readable, large))
                  .delayUntil(part -> probe(request, readable, part))
                  .doOnError(failure -> readable.close())
                  .flatMap(part -> read(request, opened, part))
                  .doOnNext(
                      reply -> {
                        if (manifest) {
                          reply.header("Content-Type", "application/json; charset=utf-8");
                        }
                        if (view == ObjectReader.View.LINK) {
                          Symlink.of(row).ifPresent(link -> link.describe(reply));
                        }
                        opened
                            .address()
                            .or(() -> addressOfVersion(request, row.path()))
                            .ifPresent(address -> reply.header("Content-Location", address));
                      });
            });
  }

  /** A reply that could not even begin to send what it promises is a conflict instead. */
  private static Mono<Void> probe(
      Request request, Readable readable, Optional<PartNumber.Part> part) {
    if (request.isHead() || !readable.isLarge()) {
      return Mono.empty();
    }
    long offset =
        part.flatMap(PartNumber.Part::range)
            .map(ByteRange::first)
            .orElseGet(() -> first(request, readable.size()));
    return readable
        .probe(offset)
        .onErrorMap(StoreFailure.DamagedData.class, gone -> new SwiftError(409));
  }

  private static long first(Request request, long size) {
    return switch (ByteRange.parse(request.header("range"), size)) {
      case ByteRange.Part(ByteRange range) -> range.first();
      case ByteRange.Everything() -> 0;
      case ByteRange.Unsatisfiable() -> 0;
    };
  }

  /** Where the current version stays, also when it is no more the current one. */
  private static Optional<String> addressOfVersion(Request request, ObjectPath path) {
    return VersionName.idOf(path)
        .filter(id -> !id.isNull() && VersionParameter.of(request).isEmpty())
        .map(id -> request.rawPath() + "?version-id=" + id.text());
  }

  private static Mono<Reply> read(
      Request request, ObjectReader.Opened opened, Optional<PartNumber.Part> part) {
    try {
      return ObjectReplies.read(request, opened.readable(), part);
    } catch (SwiftError error) {
      opened.address().ifPresent(address -> error.with("Content-Location", address));
      throw error;
    }
  }

  private Mono<Reply> put(Call call) {
    Request request = call.request();
    ObjectPath path = call.path().objectPath();
    boolean manifest = request.query().text("multipart-manifest").equals("put");
    if (request.header("x-copy-from").isPresent()) {
      if (manifest) {
        throw new SwiftError(405, "Multipart Manifest PUTs cannot be COPY requests");
      }
      return copies.copyTo(call);
    }
    OptionalLong length = request.contentLength();
    if (length.isEmpty() && !request.isChunked()) {
      throw new SwiftError(411, "Missing Content-Length header.");
    }
    Optional<String> restored = VersionParameter.of(request);
    if (restored.isPresent()) {
      return copies.restore(call, restored.get());
    }
    Condition condition = condition(request);
    if (SymlinkRequest.isOne(request)) {
      return symlinks.put(call, condition);
    }
    if (manifest) {
      return slo.put(call, condition);
    }
    Map<String, String> metadata = metadata(request, clock);
    ObjectWriter.Put put =
        new ObjectWriter.Put(
            path,
            ContentTypes.of(request, path.object()),
            metadata,
            length,
            request.header("etag").map(e -> e.replace("\"", "").strip()),
            condition);
    return writer
        .put(put, request.body())
        .map(version -> ObjectReplies.created(version, version.row().etag()));
  }

  /** The metadata that a request that writes an object gives it. */
  static Map<String, String> metadata(Request request, InstantSource clock) {
    Map<String, String> metadata = MetadataHeaders.ofObject(request);
    DynamicManifest.check(metadata);
    ExpiryHeaders.apply(metadata, request, clock);
    return metadata;
  }

  private Condition condition(Request request) {
    Optional<String> noneMatch = request.header("if-none-match");
    if (noneMatch.isEmpty()) {
      return Condition.NONE;
    }
    if (!noneMatch.get().strip().equals("*")) {
      throw SwiftError.badRequest("If-None-Match only supports *");
    }
    return Expiry.absent(clock);
  }

  private Mono<Reply> delete(Call call) {
    Request request = call.request();
    if (request.query().text("multipart-manifest").equals("delete")) {
      return Truth.of(request.query().get("async"))
          ? deletions.deleteLater(call)
          : deletions.delete(call);
    }
    request
        .header("x-if-delete-at")
        .filter(second -> !second.matches("[0-9]{1,12}"))
        .ifPresent(
            second -> {
              throw SwiftError.badRequest("Bad X-If-Delete-At header value");
            });
    ObjectPath path = call.path().objectPath();
    return VersionParameter.of(request)
        .map(id -> remover.deleteVersion(path, id))
        .orElseGet(() -> remover.delete(path))
        .map(version -> ObjectReplies.describe(StandardReplies.empty(204), version.id()));
  }
}
