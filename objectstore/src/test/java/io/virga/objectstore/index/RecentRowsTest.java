package io.virga.objectstore.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the index remembers of containers and accounts is what it has stored. */
class RecentRowsTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path directory;

  private final Random random = new Random(5);
  private long time;

  @Test
  void remembersWhatIsStored() {
    try (Index index = Index.open(directory, new PathHasher(new byte[16]), 8 << 20)) {
      for (int i = 1; i <= 2000; i++) {
        IndexBatch batch = new IndexBatch(index, new LiveBytes(Map.of()), 0);
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          batch.apply(change());
        }
        index.write(batch, new JournalPosition(1, i));
        Map<ContainerPath, ContainerRow> containers = stored(index, IndexKeys.CONTAINER);
        Map<ContainerPath, ContainerRow> accounts = stored(index, IndexKeys.ACCOUNT);
        for (String account : NAMES) {
          Optional<ContainerRow> row =
              Optional.ofNullable(accounts.get(new ContainerPath(account, "")));
          assertThat(index.account(account)).isEqualTo(row);
          assertThat(index.cachedAccount(account)).isEqualTo(new Index.Known<>(row));
          for (String container : NAMES) {
            ContainerPath path = new ContainerPath(account, container);
            row = Optional.ofNullable(containers.get(path));
            assertThat(index.container(path)).isEqualTo(row);
            assertThat(index.cachedContainer(path)).isEqualTo(new Index.Known<>(row));
          }
        }
      }
    }
  }

  private static Map<ContainerPath, ContainerRow> stored(Index index, int kind) {
    Map<ContainerPath, ContainerRow> rows = new HashMap<>();
    index.forEach(
        IndexKeys.kind(kind),
        IndexKeys.kind(kind + 1),
        (key, value) -> {
          ContainerRow row = Index.containerRow(value);
          rows.put(row.path(), row);
        });
    return rows;
  }

  private Entry change() {
    ContainerPath path =
        new ContainerPath(NAMES.get(random.nextInt(3)), NAMES.get(random.nextInt(3)));
    Timestamp now = new Timestamp(++time);
    ContainerRow row = ContainerRow.created(path, now, 0, StampedMetadata.NONE);
    ContainerRow gone =
        new ContainerRow(
            path,
            Timestamp.ZERO,
            now,
            0,
            StampedMetadata.NONE,
            ContainerRow.Counts.NONE,
            Timestamp.ZERO);
    return switch (random.nextInt(9)) {
      case 0 -> new Entry.PutContainer(row);
      case 1 -> new Entry.PutContainer(gone);
      case 2 -> new Entry.PutListing(path.object("o"), ListingRow.of(now, 1, 1, "etag", "type"));
      case 3 -> new Entry.PutListing(path.object("o"), ListingRow.tombstone(now));
      case 4 -> new Entry.PurgeContainer(path, now);
      case 5 -> new Entry.PutAccountEntry(row);
      case 6 ->
          new Entry.PutAccount(
              ContainerRow.created(
                  new ContainerPath(path.account(), ""), now, 0, StampedMetadata.NONE));
      case 7 -> new Entry.DropPartition(new PartitionId(PartitionId.Kind.CONTAINER, 0, 0), 0);
      default -> new Entry.DropPartition(new PartitionId(PartitionId.Kind.ACCOUNT, 0, 0), 0);
    };
  }

  @Test
  void remembersNoMoreThanItMay() {
    RecentRows<Integer> rows = new RecentRows<>();
    for (int key = 0; key < 3 * RecentRows.MAXIMUM; key++) {
      rows.put(key, Optional.empty());
      assertThat(rows.get(key)).isEqualTo(new Index.Known<>(Optional.empty()));
    }
    int known = 0;
    for (int key = 0; key < 3 * RecentRows.MAXIMUM; key++) {
      known += rows.get(key) instanceof Index.Known<ContainerRow> ? 1 : 0;
    }
    assertThat(known).isBetween(1, RecentRows.MAXIMUM);
  }
}
