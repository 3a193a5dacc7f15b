package io.virga.objectstore.s3.protocol;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * A request whose signature is good, or that has none.
 *
 * @param bucketName empty for the service itself
 * @param key empty for a bucket
 * @param found the bucket, if it is there
 */
public record S3Request(
    Request http,
    Requester requester,
    String bucketName,
    String key,
    Optional<Bucket> found,
    SignedBody body) {

  public String method() {
    return http.method();
  }

  public Query query() {
    return http.query();
  }

  public Optional<String> header(String name) {
    return http.header(name);
  }

  /** The bucket, which must be there. */
  public Bucket bucket() {
    return found.orElseThrow(
        () ->
            new S3Error(
                    Bucket.isName(bucketName)
                        ? S3Error.Code.NoSuchBucket
                        : S3Error.Code.InvalidBucketName)
                .detail("BucketName", bucketName));
  }

  public ContainerPath container() {
    return bucket().path();
  }

  public ObjectPath object() {
    return container().object(key);
  }

  /** The version that is asked for; empty if the parameter is not there or empty. */
  public Optional<String> versionId() {
    return query().get("versionId").filter(id -> !id.isEmpty());
  }

  /** Only the owner may go on. */
  public void requireOwner() {
    boolean reading = method().equals("GET") || method().equals("HEAD");
    if (!requester.is(bucket().owner()) || !(reading || requester.mayWrite())) {
      throw new S3Error(S3Error.Code.AccessDenied);
    }
  }

  /** The body as a document with that root. */
  public Mono<XmlElement> document(String root, int limitBytes) {
    return BodyCollector.collect(body.bytes(), limitBytes)
        .map(
            bytes ->
                XmlReader.read(bytes)
                    .filter(element -> element.name().equals(root))
                    .orElseThrow(() -> S3Error.malformed("The body must be one " + root)));
  }
}
