package io.virga.objectstore.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings by seeks give what a plain walk over a sorted set gives. */
class ListingTest {

  private static final String ALPHABET = "ab/-ü€\uD83D\uDE00";
  private static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

  @TempDir Path directory;

  private final Random random = new Random(11);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void listsLikeASortedSet() {
    NavigableSet<String> names = new TreeSet<>(BY_BYTES);
    ContainerPath container = new ContainerPath("a", "c");
    try (Index index = Index.open(directory, new PathHasher(new byte[16]), 8 << 20)) {
      IndexBatch batch = new IndexBatch(index, new LiveBytes(Map.of()), 0);
      for (long id = 4; id <= 6; id++) {
        ContainerPath path = id == 5 ? container : new ContainerPath("a", "other" + id);
        batch.apply(
            new Entry.PutContainer(
                ContainerRow.created(path, new Timestamp(1), 0, StampedMetadata.NONE)));
        batch.apply(put(path, "ab/a"));
      }
      names.add("ab/a");
      for (int i = 0; i < 400; i++) {
        String name = name(6);
        if (!name.isEmpty()) {
          names.add(name);
          batch.apply(put(container, name));
        }
      }
      for (int i = 0; i < 100; i++) {
        String gone = name(6) + "-";
        batch.apply(put(container, gone));
        batch.apply(
            new Entry.PutListing(container.object(gone), ListingRow.tombstone(new Timestamp(3))));
        names.remove(gone);
      }
      index.write(batch, new JournalPosition(1, 1));
      assertThat(index.container(container).orElseThrow().objects()).isEqualTo(names.size());
      for (int i = 0; i < 4000; i++) {
        ListingQuery query = query();
        ListingPage<ListingRow> page = index.listObjects(container, query);
        List<String> expected = model(names, query);
        List<String> cut = expected.subList(0, Math.min(query.limit(), expected.size()));
        assertThat(page.items().stream().map(ListingPage.Item::name).toList())
            .as("%s", query)
            .isEqualTo(cut);
        assertThat(page.truncated()).as("%s", query).isEqualTo(expected.size() > query.limit());
      }
    }
  }

  private static Entry put(ContainerPath container, String name) {
    return new Entry.PutListing(
        container.object(name), ListingRow.of(new Timestamp(2), 1, 1, "e", "t"));
  }

  private String name(int longest) {
    StringBuilder name = new StringBuilder();
    int[] points = ALPHABET.codePoints().toArray();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      name.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return name.toString();
  }

  private ListingQuery query() {
    return new ListingQuery(
        random.nextInt(3) == 0 ? name(3) : "",
        random.nextInt(2) == 0 ? (random.nextInt(4) == 0 ? "ü" : "/") : "",
        random.nextInt(2) == 0 ? name(4) : "",
        random.nextInt(3) == 0 ? name(4) : "",
        random.nextInt(20),
        random.nextInt(3) == 0);
  }

  private static List<String> model(NavigableSet<String> names, ListingQuery query) {
    List<String> shown = new ArrayList<>();
    for (String name : query.reverse() ? names.descendingSet() : names) {
      if (!name.startsWith(query.prefix()) || isBehind(name, query.endMarker(), query)) {
        continue;
      }
      String text = rolled(name, query);
      boolean skipped =
          !query.marker().isEmpty()
              && (text.equals(query.marker()) || !isAfterMarker(name, text, query));
      if (!skipped && !shown.contains(text)) {
        shown.add(text);
      }
    }
    return shown;
  }

  private static boolean isBehind(String name, String end, ListingQuery query) {
    if (end.isEmpty()) {
      return false;
    }
    int order = BY_BYTES.compare(name, end);
    return query.reverse() ? order <= 0 : order >= 0;
  }

  private static boolean isAfterMarker(String name, String text, ListingQuery query) {
    return query.reverse()
        ? BY_BYTES.compare(name, query.marker()) < 0 && BY_BYTES.compare(text, query.marker()) < 0
        : BY_BYTES.compare(name, query.marker()) > 0;
  }

  private static String rolled(String name, ListingQuery query) {
    if (query.delimiter().isEmpty()) {
      return name;
    }
    int at = name.indexOf(query.delimiter(), query.prefix().length());
    return at < 0 ? name : name.substring(0, at + query.delimiter().length());
  }
}
