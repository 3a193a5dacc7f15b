package io.virga.jmh;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.IndexBatch;
import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.index.LiveBytes;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A page of a container that lists a million names, or as many as {@code -p names=10000000} says:
 * from anywhere, and rolled up by a delimiter.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ListingSeekBenchmark extends HotFunction {

  private static final ContainerPath CONTAINER = new ContainerPath("a", "c");
  private static final int NAMES_IN_FOLDER = 1000;
  private static final int BATCH = 10_000;
  private static final long CACHE_BYTES = 64L << 20;

  @Param("1000000")
  public int names;

  private final Random random = new Random(1);
  private ScratchDirectory directory;
  private Index index;

  @Setup
  public void fill() throws IOException {
    directory = ScratchDirectory.make();
    index = Index.open(directory.path(), new PathHasher(new byte[16]), CACHE_BYTES);
    ListingRow row =
        ListingRow.of(new Timestamp(1), 1, 1, "9e107d9d372bb6826bd81d3542a419d6", "text/plain");
    for (int first = 0; first < names; first += BATCH) {
      IndexBatch batch = new IndexBatch(index, new LiveBytes(Map.of()), 1);
      for (int i = first; i < Math.min(first + BATCH, names); i++) {
        batch.apply(new Entry.PutListing(CONTAINER.object(name(i)), row));
      }
      index.write(batch, new JournalPosition(1, first));
    }
    index.flush();
  }

  private static String name(int number) {
    return "%04d/%07d".formatted(number / NAMES_IN_FOLDER, number);
  }

  @Benchmark
  public ListingPage<ListingRow> oneName() {
    return page("", 1);
  }

  @Benchmark
  public ListingPage<ListingRow> thousandNames() {
    return page("", 1000);
  }

  @Benchmark
  public ListingPage<ListingRow> hundredFolders() {
    return page("/", 100);
  }

  private ListingPage<ListingRow> page(String delimiter, int limit) {
    String marker = name(random.nextInt(names));
    return index.listObjects(CONTAINER, new ListingQuery("", delimiter, marker, "", limit, false));
  }

  @TearDown
  public void remove() throws IOException {
    index.close();
    directory.remove();
  }
}
