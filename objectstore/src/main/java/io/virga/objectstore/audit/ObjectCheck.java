package io.virga.objectstore.audit;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.device.ContentReader;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Digests;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads all bytes of an object: headers, blocks with their checksums, length, MD5. Blocks. */
final class ObjectCheck {

  private static final long WINDOW_BYTES = 16L * Block.DATA_BYTES;
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

  private final Device device;
  private final Pacer pacer;

  ObjectCheck(Device device, Pacer pacer) {
    this.device = device;
    this.pacer = pacer;
  }

  /**
   * What is wrong with an object's bytes, empty if nothing is.
   *
   * @throws StoreFailure if that cannot be found out
   */
  Optional<String> problem(ObjectRow row) {
    long stored = storedBytes(row.content());
    if (stored != row.sizeBytes()) {
      return Optional.of("%d bytes are stored of %d".formatted(stored, row.sizeBytes()));
    }
    Optional<ContentReader.Opened> opened = device.reader().open(row.content(), device.io());
    if (opened.isEmpty()) {
      return Optional.of("a data segment is gone");
    }
    try (ContentReader.Opened content = opened.get()) {
      content.checkHeaders(row.path());
      String found = md5(content, row.sizeBytes());
      return found.equals(row.etag()) || !MD5.matcher(row.etag()).matches()
          ? Optional.empty()
          : Optional.of("the MD5 is %s instead of %s".formatted(found, row.etag()));
    } catch (StoreFailure.DamagedData e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static long storedBytes(Content content) {
    return switch (content) {
      case Content.Inline(byte[] bytes) -> bytes.length;
      case Content.Extents(List<Extent> extents) ->
          extents.stream().mapToLong(Extent::lengthBytes).sum();
      case Content.Framed(long id, byte[] bytes) -> bytes.length;
      case Content.Staged staged -> -1;
      case Content.Elsewhere elsewhere -> -1;
      case Content.Lost lost -> -1;
    };
  }

  private String md5(ContentReader.Opened content, long length) {
    MessageDigest md5 = Digests.md5();
    for (long at = 0; at < length; at += WINDOW_BYTES) {
      long some = Math.min(WINDOW_BYTES, length - at);
      content.bytes(at, some).doOnNext(part -> take(part, md5)).blockLast();
      pacer.take(some);
    }
    return HexFormat.of().formatHex(md5.digest());
  }

  private static void take(ByteBuf part, MessageDigest md5) {
    try {
      Digests.update(md5, part);
    } finally {
      part.release();
    }
  }
}
