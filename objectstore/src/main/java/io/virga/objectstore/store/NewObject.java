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

  ObjectRow toRow(ObjectPath path, Timestamp now, Content content) {
    return new ObjectRow(path, now, now, false, sizeBytes, etag, contentType, metadata, content);
  }
}
