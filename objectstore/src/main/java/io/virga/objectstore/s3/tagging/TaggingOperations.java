package io.virga.objectstore.s3.tagging;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** The sub-resource {@code tagging}, and the header {@code x-amz-tagging}. */
public final class TaggingOperations {

  private static final int MAXIMUM_BYTES = 64 * 1024;

  private final MetadataChange change;

  public TaggingOperations(MetadataChange change) {
    this.change = change;
  }

  public Reply getOfBucket(S3Request request) {
    request.requireOwner();
    TagSet tags =
        request
            .bucket()
            .metadata(Bucket.TAGS)
            .map(TagSet::stored)
            .orElseThrow(() -> new S3Error(S3Error.Code.NoSuchTagSet));
    return S3Text.reply(tags.write());
  }

  public Mono<Reply> putOfBucket(S3Request request) {
    request.requireOwner();
    return request
        .document("Tagging", MAXIMUM_BYTES)
        .map(root -> TagSet.ofXml(root, TagSet.MAXIMUM_OF_BUCKET).encode())
        .flatMap(text -> change.ofBucket(request, Bucket.TAGS, Optional.of(text)))
        .thenReturn(Reply.of(204));
  }

  public Mono<Reply> deleteOfBucket(S3Request request) {
    request.requireOwner();
    return change.ofBucket(request, Bucket.TAGS, Optional.empty()).thenReturn(Reply.of(204));
  }

  public Reply getOfObject(ObjectRow row) {
    return S3Text.reply(of(row).write());
  }

  public Mono<Reply> putOfObject(S3Request request, ObjectRow row) {
    return request
        .document("Tagging", MAXIMUM_BYTES)
        .map(root -> TagSet.ofXml(root, TagSet.MAXIMUM_OF_OBJECT).encode())
        .flatMap(text -> change.ofObject(row.path(), Bucket.TAGS, Optional.of(text)))
        .thenReturn(Reply.of(200));
  }

  public Mono<Reply> deleteOfObject(ObjectRow row) {
    return change.ofObject(row.path(), Bucket.TAGS, Optional.empty()).thenReturn(Reply.of(204));
  }

  /** The tags of an object. */
  public static TagSet of(ObjectRow row) {
    return row.metadata(Bucket.TAGS).map(TagSet::stored).orElse(new TagSet(new TreeMap<>()));
  }

  /** Notes the tags that a request gives to the object that it makes. */
  public static void addTo(Map<String, String> metadata, S3Request request) {
    request
        .header("x-amz-tagging")
        .map(TagSet::ofQuery)
        .filter(tags -> tags.size() > 0)
        .ifPresent(tags -> metadata.put(Bucket.TAGS, tags.encode()));
  }
}
