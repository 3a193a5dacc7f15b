package io.virga.objectstore.s3;

import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.AclOperations;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.multipart.Initiation;
import io.virga.objectstore.s3.multipart.MultipartOperations;
import io.virga.objectstore.s3.multipart.UploadListings;
import io.virga.objectstore.s3.object.CopyOperation;
import io.virga.objectstore.s3.object.CopySource;
import io.virga.objectstore.s3.object.DeleteOperation;
import io.virga.objectstore.s3.object.ObjectAttributes;
import io.virga.objectstore.s3.object.ObjectFinder;
import io.virga.objectstore.s3.object.ObjectHeaders;
import io.virga.objectstore.s3.object.ObjectParts;
import io.virga.objectstore.s3.object.ObjectReads;
import io.virga.objectstore.s3.object.ObjectWrites;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.tagging.TaggingOperations;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Requests to an object. */
final class ObjectRoutes {

  private static final Set<String> PLAIN = Set.of("x-id", "versionId", "partNumber");

  private final ObjectFinder finder;
  private final ObjectReads reads;
  private final ObjectAttributes attributes;
  private final ObjectWrites writes;
  private final CopyOperation copies;
  private final DeleteOperation deletes;
  private final Initiation initiation;
  private final MultipartOperations multipart;
  private final UploadListings uploads;
  private final AclOperations acls;
  private final TaggingOperations tagging;

  ObjectRoutes(Parts parts) {
    ObjectParts objectParts = new ObjectParts(parts.store(), parts.large());
    this.finder = new ObjectFinder(parts.versions());
    this.reads = new ObjectReads(parts.large(), finder, objectParts);
    this.attributes = new ObjectAttributes(finder, objectParts);
    this.writes = parts.writes();
    CopySource sources = new CopySource(parts.large(), parts.buckets(), finder);
    this.copies = new CopyOperation(sources, writes);
    this.deletes = new DeleteOperation(parts.versions());
    this.initiation = new Initiation(parts.store(), parts.clock());
    this.multipart = new MultipartOperations(parts.store(), parts.versions(), sources);
    this.uploads = new UploadListings(parts.store());
    MetadataChange change = new MetadataChange(parts.store());
    this.acls = new AclOperations(change);
    this.tagging = new TaggingOperations(change);
  }

  Mono<Reply> handle(S3Request request) {
    request.bucket();
    ObjectHeaders.refuseWhatIsNotBuilt(request);
    Optional<String> subresource = subresource(request.query());
    String operation = request.method() + subresource.map(s -> "?" + s).orElse("");
    boolean copy = request.header("x-amz-copy-source").isPresent();
    return switch (operation) {
      case "GET", "HEAD" -> reads.read(request);
      case "PUT" -> copy ? copies.copy(request) : writes.put(request);
      case "DELETE" -> deletes.one(request);
      case "GET?attributes" -> attributes.get(request);
      case "GET?acl" -> about(request, row -> Mono.just(acls.getOfObject(request, row)));
      case "PUT?acl" -> about(request, row -> acls.putOfObject(request, row));
      case "GET?tagging" ->
          allowed(request, Permission.READ, row -> Mono.just(tagging.getOfObject(row)));
      case "PUT?tagging" ->
          allowed(request, Permission.WRITE, row -> tagging.putOfObject(request, row));
      case "DELETE?tagging" -> allowed(request, Permission.WRITE, tagging::deleteOfObject);
      case "POST?uploads" -> initiation.create(request);
      case "PUT?uploadId" -> copy ? multipart.copyPart(request) : multipart.putPart(request);
      case "POST?uploadId" -> multipart.complete(request);
      case "GET?uploadId" -> uploads.parts(request);
      case "DELETE?uploadId" -> multipart.abort(request);
      case "GET?retention", "GET?legal-hold", "PUT?retention", "PUT?legal-hold" ->
          about(
              request,
              row -> {
                throw S3Error.invalidRequest("Bucket is missing Object Lock Configuration");
              });
      default -> throw S3Error.notImplemented("The operation " + operation + " on an object");
    };
  }

  private Mono<Reply> about(S3Request request, Function<ObjectRow, Mono<Reply>> answer) {
    return finder
        .require(request)
        .flatMap(
            version ->
                answer
                    .apply(version.row())
                    .map(reply -> ObjectFinder.tell(reply, request.bucket(), version.id())));
  }

  /** The same, if the object's ACL allows it, or the bucket's for what changes the object. */
  private Mono<Reply> allowed(
      S3Request request, Permission permission, Function<ObjectRow, Mono<Reply>> answer) {
    return about(
        request,
        row -> {
          if (permission == Permission.WRITE) {
            Access.require(request, Permission.WRITE);
          } else {
            Access.require(request, row, permission);
          }
          return answer.apply(row);
        });
  }

  private static Optional<String> subresource(Query query) {
    return query.has("uploadId")
        ? Optional.of("uploadId")
        : Subresource.of(
            query, name -> PLAIN.contains(name) || ObjectReads.OVERRIDES.containsKey(name));
  }
}
