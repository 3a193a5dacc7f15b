package io.virga.objectstore.manifest;

import io.virga.objectstore.record.ObjectPath;

/**
 * A part of a large object.
 *
 * @param path the object that holds the bytes
 * @param etag what it must still have
 * @param offset where in that object the bytes begin
 * @param length how many they are
 * @param objectSize the size of that object
 */
public record Segment(
    ObjectPath path,
    String etag,
    long offset,
    long length,
    long objectSize,
    String contentType,
    long modifiedMicros) {

  /** The whole of an object. */
  public static Segment whole(
      ObjectPath path, String etag, long size, String contentType, long modifiedMicros) {
    return new Segment(path, etag, 0, size, size, contentType, modifiedMicros);
  }

  public boolean isWhole() {
    return offset == 0 && length == objectSize;
  }
}
