package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.StampedMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a partition as replicas compare them: in the order of keys, each with a fingerprint
 * of its key and version, and as the entry that would bring it to another replica. Blocks.
 */
public final class PartitionRows {

  private static final int SUMMED_ROWS = 1000;

  private final Index index;

  PartitionRows(Index index) {
    this.index = index;
  }

  /**
   * A row.
   *
   * @param entry of an object without its bytes
   */
  public record Row(byte[] key, long fingerprint, Entry entry) {}

  /**
   * Rows that follow each other.
   *
   * @param upTo behind the last of them, or the end of the partition if there are no more
   */
  public record Chunk(List<Row> rows, byte[] upTo) {

    /** What the fingerprints come to; independent of their order. */
    public long digest() {
      long digest = 0;
      for (Row row : rows) {
        digest += row.fingerprint();
      }
      return digest;
    }
  }

  /** What all rows of a partition come to, and how many they are. */
  public record Summary(long digest, long rows) {}

  /** Sums a partition up. */
  public Summary summary(PartitionId partition, int partPower) {
    long digest = 0;
    long rows = 0;
    for (Space space : Space.of(partition.kind())) {
      byte[] from = new byte[0];
      byte[] end = end(space, partition, partPower);
      while (!Arrays.equals(from, end)) {
        Chunk chunk = chunk(space, partition, partPower, from, new byte[0], SUMMED_ROWS);
        digest += chunk.digest();
        rows += chunk.rows().size();
        from = chunk.upTo();
      }
    }
    return new Summary(digest, rows);
  }

  /** Where the last chunk of a space of a partition ends. */
  public byte[] end(Space space, PartitionId partition, int partPower) {
    return IndexKeys.partitionEnd(space, partition, partPower);
  }

  /**
   * Some rows of a partition.
   *
   * @param from the first key; empty for the beginning
   * @param to behind the last key; empty for the end
   */
  public Chunk chunk(
      Space space, PartitionId partition, int partPower, byte[] from, byte[] to, int limit) {
    byte[] start = IndexKeys.partitionStart(space, partition, partPower);
    byte[] end = IndexKeys.partitionEnd(space, partition, partPower);
    byte[] first = Arrays.compareUnsigned(from, start) > 0 ? from : start;
    byte[] last = to.length > 0 && Arrays.compareUnsigned(to, end) < 0 ? to : end;
    Reader reader = new Reader(space, limit);
    if (Arrays.compareUnsigned(first, last) < 0) {
      index.forEachWhile(first, last, reader::take);
    }
    return new Chunk(List.copyOf(reader.rows), reader.full ? reader.next : last);
  }

  private final class Reader {
    private final Space space;
    private final int limit;
    private final List<Row> rows = new ArrayList<>();
    private Optional<ContainerPath> container = Optional.empty();
    private byte[] containerKey = new byte[0];
    private byte[] next = new byte[0];
    private boolean full;

    Reader(Space space, int limit) {
      this.space = space;
      this.limit = limit;
    }

    boolean take(byte[] key, byte[] value) {
      if (rows.size() == limit) {
        full = true;
        next = key;
        return false;
      }
      switch (space) {
        case ACCOUNT -> {
          ContainerRow row = Index.containerRow(value);
          rows.add(new Row(key, state(key, row), new Entry.PutAccount(row)));
        }
        case CONTAINER -> {
          ContainerRow row = Index.containerRow(value);
          rows.add(new Row(key, state(key, row), new Entry.PutContainer(row)));
        }
        case ENTRY -> {
          ContainerRow row = Index.containerRow(value);
          long fingerprint = mix(state(key, row), row.countedAt().micros());
          rows.add(new Row(key, fingerprint, new Entry.PutAccountEntry(row)));
        }
        case LISTING -> listing(key, Index.listingRow(value));
        case OBJECT -> object(key, Index.objectRow(value));
      }
      return true;
    }

    private void listing(byte[] key, ListingRow row) {
      byte[] hash = Arrays.copyOfRange(key, 1, IndexKeys.NAME_AT);
      if (!Arrays.equals(hash, containerKey)) {
        containerKey = hash;
        container = index.containerPath(hash);
      }
      if (container.isPresent()) {
        String name =
            new String(
                key, IndexKeys.NAME_AT, key.length - IndexKeys.NAME_AT, StandardCharsets.UTF_8);
        long version = mix(row.timestamp().micros(), row.deleted() ? 1 : 0);
        long fingerprint = mix(hash(key), mix(version, row.etag().hashCode()));
        rows.add(
            new Row(key, fingerprint, new Entry.PutListing(container.get().object(name), row)));
      }
    }

    private void object(byte[] key, ObjectRow row) {
      long version = mix(row.timestamp().micros(), row.metadataTimestamp().micros());
      long more = mix(row.deleted() ? 1 : row.isLost() ? 2 : 0, row.etag().hashCode());
      ObjectRow abroad =
          row.deleted() || row.isLost() ? row : row.withContent(new Content.Elsewhere());
      rows.add(new Row(key, mix(hash(key), mix(version, more)), new Entry.PutObject(abroad)));
    }
  }

  private static long state(byte[] key, ContainerRow row) {
    long metadata = 0;
    for (var item : row.stamped().items().entrySet()) {
      StampedMetadata.Item value = item.getValue();
      metadata += mix(mix(item.getKey().hashCode(), value.value().hashCode()), value.at().micros());
    }
    long times = mix(row.createdAt().micros(), row.deletedAt().micros());
    return mix(mix(hash(key), times), mix(metadata, row.policy()));
  }

  private static long hash(byte[] bytes) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** SplitMix64's finisher over both. */
  private static long mix(long one, long other) {
    long z = one * 0x9E3779B97F4A7C15L + other;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
