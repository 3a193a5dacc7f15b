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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A page of a container that lists a million names: from anywhere, and rolled up by a delimiter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ListingSeekBenchmark {

  private static final ContainerPath CONTAINER = new ContainerPath("a", "c");
  private static final int NAMES = 1_000_000;
  private static final int NAMES_IN_FOLDER = 1000;
  private static final int BATCH = 10_000;
  private static final long CACHE_BYTES = 64L << 20;

  private final Random random = new Random(1);
  private Path directory;
  private Index index;

  @Setup
  public void fill() throws IOException {
    directory = Files.createTempDirectory("listing");
    index = Index.open(directory, new PathHasher(new byte[16]), CACHE_BYTES);
    ListingRow row =
        ListingRow.of(new Timestamp(1), 1, 1, "9e107d9d372bb6826bd81d3542a419d6", "text/plain");
    for (int first = 0; first < NAMES; first += BATCH) {
      IndexBatch batch = new IndexBatch(index, new LiveBytes(Map.of()), 1);
      for (int i = first; i < first + BATCH; i++) {
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
    String marker = name(random.nextInt(NAMES));
    return index.listObjects(CONTAINER, new ListingQuery("", delimiter, marker, "", limit, false));
  }

  @TearDown
  public void delete() throws IOException {
    index.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(ListingSeekBenchmark::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
