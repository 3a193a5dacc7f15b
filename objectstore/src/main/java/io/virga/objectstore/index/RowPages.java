package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All rows of a kind, a page at a time, those of what was deleted too. A cursor is where the next
 * page begins; an empty one is the beginning. Blocks.
 */
public final class RowPages {

  private final Index index;

  RowPages(Index index) {
    this.index = index;
  }

  /**
   * Some rows that follow each other.
   *
   * @param next where the next page begins; empty if this is the last
   */
  public record Page<T>(List<T> rows, Optional<byte[]> next) {}

  /** An object as a container lists it, or the mark that it was deleted. */
  public record Listed(ObjectPath path, ListingRow row) {}

  private interface Decoder<T> {
    Optional<T> decode(byte[] key, byte[] value);
  }

  public Page<ObjectRow> objects(byte[] cursor, int limit) {
    return page(
        IndexKeys.OBJECT, cursor, limit, (key, value) -> Optional.of(Index.objectRow(value)));
  }

  public Page<ContainerRow> containers(byte[] cursor, int limit) {
    return page(
        IndexKeys.CONTAINER, cursor, limit, (key, value) -> Optional.of(Index.containerRow(value)));
  }

  /** Containers as accounts list them. */
  public Page<ContainerRow> entries(byte[] cursor, int limit) {
    return page(
        IndexKeys.ENTRY, cursor, limit, (key, value) -> Optional.of(Index.containerRow(value)));
  }

  public Page<Listed> listings(byte[] cursor, int limit) {
    return page(IndexKeys.LISTING, cursor, limit, this::listed);
  }

  private Optional<Listed> listed(byte[] key, byte[] value) {
    byte[] hash = Arrays.copyOfRange(key, 1, IndexKeys.NAME_AT);
    String name =
        new String(key, IndexKeys.NAME_AT, key.length - IndexKeys.NAME_AT, StandardCharsets.UTF_8);
    return index
        .containerPath(hash)
        .map(container -> new Listed(container.object(name), Index.listingRow(value)));
  }

  /** Whether a container lists anything, if only marks of what was deleted. */
  public boolean hasListings(ContainerPath path) {
    byte[] first = index.listingKey(path.object(""));
    boolean[] any = new boolean[1];
    index.forEachWhile(
        first,
        IndexKeys.after(first),
        (key, value) -> {
          any[0] = true;
          return false;
        });
    return any[0];
  }

  private <T> Page<T> page(int kind, byte[] cursor, int limit, Decoder<T> decoder) {
    Reader<T> reader = new Reader<>(limit, decoder);
    byte[] first = cursor.length > 0 ? cursor : IndexKeys.kind(kind);
    index.forEachWhile(first, IndexKeys.kind(kind + 1), reader::take);
    return new Page<>(reader.rows, reader.next);
  }

  private static final class Reader<T> {
    private final int limit;
    private final Decoder<T> decoder;
    private final List<T> rows = new ArrayList<>();
    private Optional<byte[]> next = Optional.empty();
    private int seen;

    Reader(int limit, Decoder<T> decoder) {
      this.limit = limit;
      this.decoder = decoder;
    }

    boolean take(byte[] key, byte[] value) {
      if (seen == limit) {
        next = Optional.of(key);
        return false;
      }
      seen++;
      decoder.decode(key, value).ifPresent(rows::add);
      return true;
    }
  }
}
