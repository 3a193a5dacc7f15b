package io.virga.objectstore.s3.acl;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlReader;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The sub-resource {@code acl} of buckets and objects. */
public final class AclOperations {

  private static final int MAXIMUM_BYTES = 64 * 1024;

  private final MetadataChange change;

  public AclOperations(MetadataChange change) {
    this.change = change;
  }

  public Mono<Reply> getOfBucket(S3Request request) {
    Access.require(request, Permission.READ_ACP);
    return Mono.just(S3Text.reply(AclXml.write(Access.of(request.bucket()))));
  }

  public Mono<Reply> putOfBucket(S3Request request) {
    Access.require(request, Permission.WRITE_ACP);
    return read(request, Access.of(request.bucket()).owner())
        .flatMap(acl -> change.ofBucket(request, Bucket.ACL, Optional.of(acl.encode())))
        .thenReturn(Reply.of(200));
  }

  public Reply getOfObject(S3Request request, ObjectRow row) {
    Access.require(request, row, Permission.READ_ACP);
    return S3Text.reply(AclXml.write(Access.of(request.bucket(), row)));
  }

  public Mono<Reply> putOfObject(S3Request request, ObjectRow row) {
    Access.require(request, row, Permission.WRITE_ACP);
    return read(request, Access.of(request.bucket(), row).owner())
        .flatMap(acl -> change.ofObject(row.path(), Bucket.ACL, Optional.of(acl.encode())))
        .thenReturn(Reply.of(200));
  }

  private static Mono<Acl> read(S3Request request, String owner) {
    Bucket bucket = request.bucket();
    if (bucket.isAclFree()) {
      throw new S3Error(S3Error.Code.AccessControlListNotSupported);
    }
    return BodyCollector.collect(request.body().bytes(), MAXIMUM_BYTES)
        .map(
            body -> {
              Acl acl =
                  AclHeaders.read(request, owner, bucket.owner())
                      .orElseGet(
                          () ->
                              XmlReader.read(body)
                                  .filter(root -> root.name().equals("AccessControlPolicy"))
                                  .map(root -> AclXml.read(root, owner))
                                  .orElseThrow(() -> new S3Error(S3Error.Code.MalformedACLError)));
              Access.checkPublic(bucket, acl);
              return acl;
            });
  }
}
