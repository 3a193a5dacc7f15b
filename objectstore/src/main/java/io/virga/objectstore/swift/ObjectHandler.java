package io.virga.objectstore.swift;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/** Requests to an object. */
final class ObjectHandler {

  private final ObjectStore store;
  private final LargeObjects large;
  private final SloHandler slo;
  private final CopyHandler copies;
  private final BulkDelete bulk;

  ObjectHandler(ObjectStore store, SwiftAccess access, BulkDelete bulk) {
    this.store = store;
    this.large = new LargeObjects(store);
    this.slo = new SloHandler(store);
    this.copies = new CopyHandler(store, large, access);
    this.bulk = bulk;
  }

  Mono<Reply> handle(Request request, ObjectPath path) {
    return switch (request.method()) {
      case "GET", "HEAD" -> read(request, path);
      case "PUT" -> put(request, path);
      case "POST" -> update(request, path);
      case "DELETE" -> delete(request, path);
      case "COPY" -> copies.copy(request, path);
      default -> throw new SwiftError(405, "The method is not allowed for this resource.");
    };
  }

  private Mono<Reply> read(Request request, ObjectPath path) {
    boolean manifest = request.query().text("multipart-manifest").equals("get");
    Mono<Optional<Readable>> opened = manifest ? large.openStored(path) : large.open(path);
    return opened.map(
        found -> {
          Readable readable = found.orElseThrow(SwiftError::notFound);
          Reply reply = ObjectReplies.read(request, readable);
          if (manifest && readable.row().metadata(SystemMetadata.MANIFEST).isPresent()) {
            reply.header("Content-Type", "application/json; charset=utf-8");
          }
          return reply;
        });
  }

  private Mono<Reply> put(Request request, ObjectPath path) {
    if (request.header("x-copy-from").isPresent()) {
      return copies.copyTo(request, path);
    }
    OptionalLong length = request.contentLength();
    if (length.isEmpty() && !request.isChunked()) {
      throw new SwiftError(411, "Missing Content-Length header.");
    }
    if (length.orElse(0) > SwiftInfo.MAXIMUM_FILE_BYTES) {
      throw new SwiftError(413, "The body of your request was too large for this server.");
    }
    String type = contentType(request, path);
    return store
        .container(path.containerPath())
        .flatMap(
            container -> {
              if (container.isEmpty()) {
                throw SwiftError.notFound();
              }
              return request.query().text("multipart-manifest").equals("put")
                  ? slo.put(request, path, type)
                  : receive(request, path, length, type);
            });
  }

  static String contentType(Request request, ObjectPath path) {
    Optional<String> given = request.header("content-type").filter(t -> !t.isBlank());
    String guessed = URLConnection.guessContentTypeFromName(path.object());
    return given
        .map(HeaderText::decode)
        .orElse(guessed == null ? "application/octet-stream" : guessed);
  }

  private Mono<Reply> receive(
      Request request, ObjectPath path, OptionalLong length, String contentType) {
    Map<String, String> metadata = SwiftHeaders.ofObject(request);
    Optional<String> expected = request.header("etag").map(e -> e.replace("\"", ""));
    Condition condition = condition(request);
    return store.receive(
        path,
        length,
        request.body(),
        received -> {
          if (received.sizeBytes() > SwiftInfo.MAXIMUM_FILE_BYTES) {
            throw new SwiftError(413, "The body of your request was too large.");
          }
          if (expected.filter(e -> !e.equalsIgnoreCase(received.md5())).isPresent()) {
            throw new SwiftError(422, "Unable to process the contained instructions.");
          }
          NewObject object = NewObject.of(received, contentType, metadata);
          return store
              .put(path, object, received.content(), condition)
              .map(result -> ObjectReplies.created(result, received.md5()));
        });
  }

  private static Condition condition(Request request) {
    Optional<String> noneMatch = request.header("if-none-match");
    if (noneMatch.isEmpty()) {
      return Condition.NONE;
    }
    if (!noneMatch.get().strip().equals("*")) {
      throw SwiftError.badRequest("If-None-Match only supports *");
    }
    return Condition.ABSENT;
  }

  private Mono<Reply> update(Request request, ObjectPath path) {
    Map<String, String> given = SwiftHeaders.ofObject(request);
    return store
        .update(
            path,
            row -> {
              Map<String, String> metadata = new LinkedHashMap<>(given);
              row.metadata()
                  .forEach(
                      (name, value) -> {
                        if (name.startsWith(".")) {
                          metadata.put(name, value);
                        }
                      });
              String type = request.header("content-type").orElse(row.contentType());
              return row.withMetadata(row.metadataTimestamp(), type, metadata);
            })
        .map(
            result ->
                switch (result) {
                  case Result.Done<ObjectRow> done -> Reply.of(202);
                  case Result.Refused<ObjectRow> refused -> throw SwiftError.notFound();
                });
  }

  private Mono<Reply> delete(Request request, ObjectPath path) {
    if (request.query().text("multipart-manifest").equals("delete")) {
      return deleteWithSegments(request, path);
    }
    return store
        .delete(path, Condition.NONE)
        .map(
            result ->
                switch (result) {
                  case Result.Done<ObjectRow> done -> Reply.of(204);
                  case Result.Refused<ObjectRow> refused -> throw SwiftError.notFound();
                });
  }

  private Mono<Reply> deleteWithSegments(Request request, ObjectPath path) {
    return store
        .object(path)
        .flatMap(
            row -> {
              boolean isSlo =
                  row.flatMap(r -> r.metadata(SystemMetadata.MANIFEST))
                      .filter(SystemMetadata.SLO::equals)
                      .isPresent();
              Mono<List<Segment>> segments = isSlo ? large.segmentsOf(path) : Mono.just(List.of());
              return segments.flatMap(
                  list -> {
                    List<ObjectPath> paths =
                        new ArrayList<>(list.stream().map(Segment::path).distinct().toList());
                    paths.add(path);
                    return bulk.delete(request, paths);
                  });
            });
  }
}
