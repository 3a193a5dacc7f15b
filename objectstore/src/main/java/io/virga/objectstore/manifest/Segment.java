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
 * @param manifest whether that object is itself put together from others
 */
public record Segment(
    ObjectPath path,
    String etag,
    long offset,
    long length,
    long objectSize,
    String contentType,
    long modifiedMicros,
    boolean manifest) {

  /** The whole of an object. */
  public static Segment whole(
      ObjectPath path, String etag, long size, String contentType, long modifiedMicros) {
    return new Segment(path, etag, 0, size, size, contentType, modifiedMicros, false);
  }

  /** The same, of an object that is itself put together from others. */
  public Segment ofManifest() {
    return new Segment(path, etag, offset, length, objectSize, contentType, modifiedMicros, true);
  }

  /** A part of the same object. */
  public Segment part(long from, long bytes) {
    return new Segment(path, etag, from, bytes, objectSize, contentType, modifiedMicros, manifest);
  }

  public boolean isWhole() {
    return offset == 0 && length == objectSize;
  }
}
