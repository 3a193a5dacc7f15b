package io.virga.objectstore.store;

import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.Map;
import java.util.Optional;

/**
 * An object that is going to be put.
 *
 * @param etag the MD5 of the stored bytes in hexadecimal
 * @param finishedUpload the upload that this ends, whose record goes in the same moment
 */
public record NewObject(
    long sizeBytes,
    String etag,
    String contentType,
    Map<String, String> metadata,
    Optional<ObjectPath> finishedUpload) {

  /** An object that is no multipart upload's. */
  public static NewObject of(Received received, String type, Map<String, String> metadata) {
    return new NewObject(received.sizeBytes(), received.md5(), type, metadata, Optional.empty());
  }

  /** The row of this object, as written at a time. */
  ObjectRow toRow(int policy, ObjectPath path, Timestamp at) {
    Content content = new Content.Elsewhere();
    return new ObjectRow(
        policy, path, at, at, false, sizeBytes, etag, contentType, metadata, content);
  }
}
