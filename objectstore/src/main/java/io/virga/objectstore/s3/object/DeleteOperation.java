package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** DeleteObject and DeleteObjects. */
public final class DeleteOperation {

  private static final int MAXIMUM_BODY_BYTES = 2 << 20;
  private static final int MAXIMUM_KEYS = 1000;
  private static final int AT_ONCE = 64;

  private final Versions versions;

  public DeleteOperation(Versions versions) {
    this.versions = versions;
  }

  private record Asked(String key, Optional<String> version, DeletionMatch match) {}

  /**
   * What came of one.
   *
   * @param version that was deleted, or the mark that was put
   */
  private record Deleted(
      Asked asked, boolean marker, Optional<String> version, Optional<S3Error> error) {}

  public Mono<Reply> one(S3Request request) {
    Access.require(request, Permission.WRITE);
    request.versionId().ifPresent(ObjectFinder::requireVersionId);
    Asked asked = new Asked(request.key(), request.versionId(), DeletionMatch.of(request));
    return delete(request, asked)
        .map(
            deleted -> {
              deleted
                  .error()
                  .ifPresent(
                      error -> {
                        throw error;
                      });
              Reply reply = Reply.of(204);
              deleted.version().ifPresent(id -> reply.header("x-amz-version-id", id));
              if (deleted.marker()) {
                reply.header("x-amz-delete-marker", "true");
              }
              return reply;
            });
  }

  public Mono<Reply> several(S3Request request) {
    Access.require(request, Permission.WRITE);
    if (!request.body().isGuarded()) {
      throw S3Error.invalidRequest(
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    }
    return request
        .document("Delete", MAXIMUM_BODY_BYTES)
        .flatMap(
            root -> {
              boolean quiet =
                  root.textOf("Quiet").map(String::strip).filter("true"::equals).isPresent();
              return Flux.fromIterable(parse(root))
                  .flatMapSequential(asked -> delete(request, asked), AT_ONCE)
                  .collectList()
                  .map(all -> S3Text.reply(report(all, quiet)));
            });
  }

  private static List<Asked> parse(XmlElement root) {
    List<XmlElement> objects = root.all("Object");
    if (objects.isEmpty() || objects.size() > MAXIMUM_KEYS) {
      throw S3Error.malformed("Delete names 1 to 1000 objects");
    }
    return objects.stream()
        .map(
            object ->
                new Asked(
                    key(object),
                    object.textOf("VersionId").filter(id -> !id.isEmpty()),
                    DeletionMatch.of(object)))
        .toList();
  }

  private static String key(XmlElement object) {
    String key = object.textOf("Key").orElseThrow(() -> S3Error.malformed("an Object has no Key"));
    if (key.isEmpty()) {
      throw new S3Error(S3Error.Code.UserKeyMustBeSpecified);
    }
    return key;
  }

  private Mono<Deleted> delete(S3Request request, Asked asked) {
    if (asked.match().modified().isEmpty()) {
      return deleteMatching(request, asked);
    }
    ObjectPath path = request.container().object(asked.key());
    return asked
        .version()
        .map(id -> versions.find(path, id))
        .orElseGet(() -> versions.find(path))
        .flatMap(
            found ->
                found.filter(version -> !asked.match().isTimely(version.row())).isPresent()
                    ? Mono.just(failed(asked, S3Error.Code.PreconditionFailed))
                    : deleteMatching(request, asked));
  }

  private static Deleted failed(Asked asked, S3Error.Code code) {
    return new Deleted(asked, false, Optional.empty(), Optional.of(new S3Error(code)));
  }

  private Mono<Deleted> deleteMatching(S3Request request, Asked asked) {
    Versioning versioning = request.bucket().versioning();
    if (asked.version().isEmpty()) {
      Versions.Target target =
          new Versions.Target(
              request.container().object(asked.key()), versioning, asked.match().condition());
      return versions
          .delete(target)
          .map(result -> deleted(asked, result, versioning != Versioning.OFF));
    }
    String id = asked.version().get();
    if (!id.equals(VersionId.NULL) && VersionId.parse(id).isEmpty()) {
      return Mono.just(failed(asked, S3Error.Code.NoSuchVersion));
    }
    return versions
        .deleteVersion(request.container().object(asked.key()), id, asked.match().condition())
        .map(result -> deleted(asked, result, false));
  }

  private static Deleted deleted(Asked asked, Result<Versions.Version> result, boolean marked) {
    return switch (result) {
      case Result.Done<Versions.Version>(Versions.Version version) ->
          new Deleted(
              asked,
              marked || version.isMarker(),
              marked ? version.id().map(VersionId::text) : asked.version(),
              Optional.empty());
      case Result.Refused<Versions.Version>(Result.Refusal refusal) ->
          switch (refusal) {
            case NO_OBJECT -> new Deleted(asked, false, asked.version(), Optional.empty());
            case NO_CONTAINER -> throw new S3Error(S3Error.Code.NoSuchBucket);
            case CONDITION_FAILED, NOT_EMPTY, EXISTS, OTHER_POLICY ->
                failed(asked, S3Error.Code.PreconditionFailed);
          };
    };
  }

  private static XmlWriter report(List<Deleted> all, boolean quiet) {
    XmlWriter xml = XmlWriter.of("DeleteResult");
    for (Deleted each : all) {
      if (each.error().isPresent()) {
        S3Error error = each.error().get();
        xml.open("Error").text("Key", each.asked().key());
        each.asked().version().ifPresent(id -> xml.text("VersionId", id));
        xml.text("Code", error.code().name());
        xml.text("Message", String.valueOf(error.getMessage())).close();
      } else if (!quiet) {
        xml.open("Deleted").text("Key", each.asked().key());
        each.asked().version().ifPresent(id -> xml.text("VersionId", id));
        if (each.marker()) {
          xml.flag("DeleteMarker", true);
          each.version().ifPresent(id -> xml.text("DeleteMarkerVersionId", id));
        }
        xml.close();
      }
    }
    return xml;
  }
}
