package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Acl;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.versions.Versions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** CreateBucket and DeleteBucket. */
final class BucketMaking {

  private static final int MAXIMUM_CONFIGURATION_BYTES = 64 * 1024;

  private final ObjectStore store;
  private final Buckets buckets;
  private final Versions versions;

  BucketMaking(ObjectStore store, Buckets buckets, Versions versions) {
    this.store = store;
    this.buckets = buckets;
    this.versions = versions;
  }

  Mono<Reply> create(S3Request request) {
    String name = request.bucketName();
    String account = request.requester().required();
    if (!request.requester().mayWrite()) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
    if (!Bucket.isName(name)) {
      throw new S3Error(S3Error.Code.InvalidBucketName);
    }
    if (request
        .header("x-amz-bucket-object-lock-enabled")
        .filter("true"::equalsIgnoreCase)
        .isPresent()) {
      throw S3Error.notImplemented("Object lock");
    }
    Map<String, String> metadata = settings(request, account);
    return BodyCollector.collect(request.body().bytes(), MAXIMUM_CONFIGURATION_BYTES)
        .flatMap(
            body -> {
              String location = location(body);
              if (!location.isEmpty()) {
                metadata.put(Bucket.LOCATION, location);
              }
              if (request.found().filter(bucket -> bucket.owner().equals(account)).isPresent()) {
                throw new S3Error(S3Error.Code.BucketAlreadyOwnedByYou);
              }
              return buckets.names().claim(name, account);
            })
        .flatMap(
            claimed -> {
              if (!claimed) {
                throw new S3Error(S3Error.Code.BucketAlreadyExists);
              }
              ContainerPath path = new ContainerPath(account, name);
              return store.putContainer(path, before -> metadata, true);
            })
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> Reply.of(200).header("Location", "/" + name);
                  case Result.Refused<Boolean> refused ->
                      throw new S3Error(S3Error.Code.BucketAlreadyOwnedByYou);
                });
  }

  private static Map<String, String> settings(S3Request request, String account) {
    Map<String, String> metadata = new HashMap<>();
    Optional<String> ownership =
        request.header("x-amz-object-ownership").map(BucketSettings::requireOwnership);
    Optional<Acl> acl = Access.ofNewBucket(request, account);
    ownership.ifPresent(value -> metadata.put(Bucket.OWNERSHIP, value));
    acl.filter(a -> !a.equals(Acl.ofOwner(account)))
        .ifPresent(
            given -> {
              if (ownership.filter("BucketOwnerEnforced"::equals).isPresent()) {
                throw new S3Error(S3Error.Code.InvalidBucketAclWithObjectOwnership);
              }
              metadata.put(Bucket.ACL, given.encode());
            });
    return metadata;
  }

  /** The location that the body asks for; it is kept and told, and means nothing else. */
  private static String location(byte[] body) {
    if (body.length == 0) {
      return "";
    }
    XmlElement root =
        XmlReader.read(body)
            .filter(c -> c.name().equals("CreateBucketConfiguration"))
            .orElseThrow(() -> S3Error.malformed("The body must be a CreateBucketConfiguration"));
    for (XmlElement child : root.children()) {
      if (!child.name().equals("LocationConstraint")) {
        throw S3Error.notImplemented("CreateBucketConfiguration/" + child.name());
      }
    }
    String location = root.textOf("LocationConstraint").orElse("").strip();
    if (!location.matches("[A-Za-z0-9-]{0,64}")) {
      throw new S3Error(S3Error.Code.InvalidLocationConstraint);
    }
    return location;
  }

  Mono<Reply> delete(S3Request request) {
    request.requireOwner();
    ContainerPath path = request.container();
    return versions
        .deleteContainer(path)
        .flatMap(
            result -> {
              if (result.equals(Result.refused(Result.Refusal.NOT_EMPTY))) {
                throw new S3Error(S3Error.Code.BucketNotEmpty);
              }
              return store.deleteContainer(path);
            })
        .flatMap(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done ->
                      buckets
                          .names()
                          .release(path.container(), path.account())
                          .thenReturn(Reply.of(204));
                  case Result.Refused<Boolean>(Result.Refusal refusal) ->
                      throw new S3Error(
                          refusal == Result.Refusal.NOT_EMPTY
                              ? S3Error.Code.BucketNotEmpty
                              : S3Error.Code.NoSuchBucket);
                });
  }
}
