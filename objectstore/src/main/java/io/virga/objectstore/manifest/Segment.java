package io.virga.objectstore.manifest;

import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Digests;
import java.util.Optional;

/**
 * A part of a large object.
 *
 * @param path the object that holds the bytes
 * @param etag what it must still have
 * @param offset where in that object the bytes begin
 * @param length how many they are
 * @param objectSize the size of that object
 * @param manifest whether that object is itself put together from others
 * @param data the bytes themselves, if they are in the manifest; then there is no object
 */
public record Segment(
    ObjectPath path,
    String etag,
    long offset,
    long length,
    long objectSize,
    String contentType,
    long modifiedMicros,
    boolean manifest,
    Optional<byte[]> data) {

  /** The whole of an object. */
  public static Segment whole(
      ObjectPath path, String etag, long size, String contentType, long modifiedMicros) {
    return new Segment(
        path, etag, 0, size, size, contentType, modifiedMicros, false, Optional.empty());
  }

  /** The same, of an object that is itself put together from others. */
  public Segment ofManifest() {
    return new Segment(
        path, etag, offset, length, objectSize, contentType, modifiedMicros, true, data);
  }

  /** A part of the same object. */
  public Segment part(long from, long bytes) {
    return new Segment(
        path, etag, from, bytes, objectSize, contentType, modifiedMicros, manifest, data);
  }

  /**
   * Bytes that are in the manifest itself.
   *
   * @param manifest the path of the manifest
   */
  public static Segment inline(ObjectPath manifest, byte[] bytes) {
    String etag = Digests.hex(Digests.md5(), bytes);
    return new Segment(
        manifest, etag, 0, bytes.length, bytes.length, "", 0, false, Optional.of(bytes));
  }

  public boolean isWhole() {
    return offset == 0 && length == objectSize;
  }
}
