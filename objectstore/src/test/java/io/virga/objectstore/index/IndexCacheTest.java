package io.virga.objectstore.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the cache of an index holds when there is much more than it has room for. */
class IndexCacheTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p", "c");

  /** One shard; a filter of ten bits for each of the objects is longer. */
  private static final long CACHE_BYTES = 128 << 10;

  private static final int OBJECTS = 160_000;
  private static final int BATCH = 10_000;

  @TempDir Path directory;

  private static ObjectPath path(int number) {
    return CONTAINER.object("o" + number);
  }

  private static Entry put(int number) {
    Timestamp at = new Timestamp(1);
    Content content = new Content.Inline(new byte[0]);
    return new Entry.PutObject(
        new ObjectRow(0, path(number), at, at, false, 0, "e", "t", Map.of(), content));
  }

  private static void fill(Index index) {
    for (int first = 0; first < OBJECTS; first += BATCH) {
      IndexBatch batch = new IndexBatch(index, new LiveBytes(Map.of()), 1);
      for (int number = first; number < first + BATCH; number++) {
        batch.apply(put(number));
      }
      index.write(batch, new JournalPosition(1, first));
    }
    index.flush();
  }

  @Test
  @Timeout(120)
  void whatHasJustBeenReadIsCachedHoweverManyObjectsThereAre() {
    try (Index index = Index.open(directory, new PathHasher(new byte[16]), CACHE_BYTES)) {
      fill(index);
      for (int number = 0; number < OBJECTS; number += OBJECTS / 20) {
        assertThat(index.object(0, path(number))).isPresent();
        assertThat(index.cachedObject(0, path(number))).isInstanceOf(Index.Known.class);
        assertThat(index.object(0, path(OBJECTS + number))).isEmpty();
        assertThat(index.cachedObject(0, path(OBJECTS + number))).isInstanceOf(Index.Known.class);
      }
    }
  }

  /** RocksDB answers "may be there" with an empty value where a part of its index is not cached. */
  @Test
  @Timeout(120)
  void whatIsNotCachedIsNotTakenForAnEmptyRow() {
    try (Index index = Index.open(directory, new PathHasher(new byte[16]), CACHE_BYTES)) {
      fill(index);
    }
    try (Index index = Index.open(directory, new PathHasher(new byte[16]), CACHE_BYTES)) {
      assertThat(index.cachedObject(0, path(0))).isInstanceOf(Index.NotCached.class);
      for (int number = 0; number < OBJECTS; number += OBJECTS / 1000) {
        if (index.cachedObject(0, path(number)) instanceof Index.Known<ObjectRow>(var row)) {
          assertThat(row).isPresent();
        }
        assertThat(index.object(0, path(number))).isPresent();
      }
    }
  }
}
