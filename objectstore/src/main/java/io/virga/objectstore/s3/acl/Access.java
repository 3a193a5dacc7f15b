package io.virga.objectstore.s3.acl;

import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import java.util.Map;
import java.util.Optional;

/** What ACLs allow whom. */
public final class Access {

  private Access() {}

  /** The ACL of a bucket. */
  public static Acl of(Bucket bucket) {
    return bucket.isAclFree()
        ? Acl.ofOwner(bucket.owner())
        : bucket.metadata(Bucket.ACL).map(Acl::decode).orElseGet(() -> Acl.ofOwner(bucket.owner()));
  }

  /** The ACL of an object in a bucket. */
  public static Acl of(Bucket bucket, ObjectRow row) {
    return bucket.isAclFree()
        ? Acl.ofOwner(bucket.owner())
        : row.metadata(Bucket.ACL).map(Acl::decode).orElseGet(() -> Acl.ofOwner(bucket.owner()));
  }

  /** Refuses what the bucket does not allow. */
  public static void require(S3Request request, Permission permission) {
    if (!isAllowed(request, permission)) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
  }

  public static boolean isAllowed(S3Request request, Permission permission) {
    return isAllowed(request.requester(), request.bucket(), of(request.bucket()), permission);
  }

  /** Refuses what the object does not allow. */
  public static void require(S3Request request, ObjectRow row, Permission permission) {
    require(request.requester(), request.bucket(), row, permission);
  }

  /** Refuses what an object in any bucket does not allow. */
  public static void require(
      Requester requester, Bucket bucket, ObjectRow row, Permission permission) {
    if (!isAllowed(requester, bucket, of(bucket, row), permission)) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
  }

  private static boolean isAllowed(
      Requester requester, Bucket bucket, Acl acl, Permission permission) {
    boolean ignorePublic =
        bucket.blocks("IgnorePublicAcls")
            || (bucket.blocks("RestrictPublicBuckets") && !requester.is(bucket.owner()));
    return (permission.isReading() || requester.mayWrite())
        && acl.allows(requester, permission, ignorePublic);
  }

  /** Notes the ACL that a request gives to the object that it makes. */
  public static void addTo(Map<String, String> metadata, S3Request request) {
    Bucket bucket = request.bucket();
    String writer = request.requester().account().orElse(bucket.owner());
    Optional<Acl> asked = AclHeaders.read(request, writer, bucket.owner());
    if (bucket.isAclFree()) {
      requireNoAcl(request, asked);
      return;
    }
    asked.ifPresent(acl -> checkPublic(bucket, acl));
    boolean given =
        bucket.metadata(Bucket.OWNERSHIP).filter("BucketOwnerPreferred"::equals).isPresent()
            && request.header("x-amz-acl").filter("bucket-owner-full-control"::equals).isPresent();
    String owner = given ? bucket.owner() : writer;
    if (!owner.equals(bucket.owner()) || (asked.isPresent() && !given)) {
      metadata.put(Bucket.ACL, asked.orElseGet(() -> Acl.ofOwner(owner)).encode());
    }
  }

  private static void requireNoAcl(S3Request request, Optional<Acl> asked) {
    boolean harmless =
        request
            .header("x-amz-acl")
            .filter(acl -> acl.equals("bucket-owner-full-control"))
            .isPresent();
    if (asked.isPresent() && !harmless) {
      throw new S3Error(S3Error.Code.AccessControlListNotSupported);
    }
  }

  static void checkPublic(Bucket bucket, Acl acl) {
    if (acl.isPublic() && bucket.blocks("BlockPublicAcls")) {
      throw new S3Error(S3Error.Code.AccessDenied, "The public access block forbids public ACLs.");
    }
  }

  /** The ACL that a request gives to the bucket that it makes; empty for the owner's own. */
  public static Optional<Acl> ofNewBucket(S3Request request, String owner) {
    return AclHeaders.read(request, owner, owner);
  }
}
