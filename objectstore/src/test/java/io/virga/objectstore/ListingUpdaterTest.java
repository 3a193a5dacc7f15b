package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Write;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.ListingUpdater;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left when whoever wrote an object ended before its container had heard of it. */
@Timeout(120)
class ListingUpdaterTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p1", "c");

  private static final Timestamp END = new Timestamp(Long.MAX_VALUE);

  @TempDir Path home;

  /** Writes an object as the first half of a write does, in all its slots. */
  private static void putUnlisted(TestCluster cluster, ObjectPath path, Duration age) {
    putUnlisted(path, age, slots(cluster, path));
  }

  private static List<Replica> slots(TestCluster cluster, ObjectPath path) {
    return cluster.node(0).topology().object(0, path).slots().stream()
        .map(Slots.Slot::replica)
        .toList();
  }

  private static void putUnlisted(ObjectPath path, Duration age, List<Replica> replicas) {
    byte[] bytes = path.object().getBytes(StandardCharsets.UTF_8);
    Timestamp at = Timestamp.of(Instant.now().minus(age));
    String etag = Digests.hex(Digests.md5(), bytes);
    ObjectRow row =
        new ObjectRow(
            0, path, at, at, false, bytes.length, etag, "t", Map.of(), new Content.Inline(bytes));
    Write write = Write.of(List.of(new Entry.PutObject(row), new Entry.PutPending(0, path, at)));
    for (Replica replica : replicas) {
      replica.write(write, Runnable::run).join();
    }
  }

  private static List<String> listed(TestCluster cluster, int node) {
    return cluster
        .store(node)
        .listObjects(CONTAINER, ListingQuery.of("", "", 100))
        .blockOptional()
        .orElseThrow()
        .orElseThrow()
        .page()
        .items()
        .stream()
        .map(ListingPage.Item::name)
        .toList();
  }

  private static long update(TestCluster cluster) {
    long heard = 0;
    for (int node = 0; node < 4; node++) {
      heard += cluster.node(node).updater().run(ListingUpdater.AGE);
    }
    return heard;
  }

  private static void awaitNothingPending(TestCluster cluster) {
    for (int node = 0; node < 4; node++) {
      while (!cluster.node(node).device().index().pending(END, END, 10).isEmpty()) {
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  @Test
  void listsWhatTheWriterDidNotComeToList() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      putUnlisted(cluster, CONTAINER.object("old"), Duration.ofSeconds(90));
      putUnlisted(cluster, CONTAINER.object("young"), Duration.ofSeconds(5));
      putUnlisted(cluster, CONTAINER.object("ahead"), Duration.ofSeconds(-90));
      assertThat(listed(cluster, 0)).isEmpty();
      assertThat(update(cluster)).isPositive();
      for (int node = 0; node < 4; node++) {
        assertThat(listed(cluster, node)).containsExactly("ahead", "old");
      }
      for (int node = 0; node < 4; node++) {
        cluster.node(node).updater().run(Duration.ZERO);
      }
      assertThat(listed(cluster, 0)).containsExactly("ahead", "old", "young");
      awaitNothingPending(cluster);
      assertThat(update(cluster)).isZero();
    }
  }

  @Test
  void listsWhatOnlyAReplicaThatIsLostWasToTell() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      ObjectPath path = CONTAINER.object("o");
      Replica last = slots(cluster, path).getLast();
      putUnlisted(path, Duration.ofSeconds(90), List.of(last));
      cluster.awaitReplicated();
      int lost =
          IntStream.range(1, 4)
              .filter(node -> last.name().startsWith(cluster.peer(node) + "/"))
              .findFirst()
              .orElseThrow();
      cluster.stop(lost);
      for (int node = 0; node < 4; node++) {
        if (node != lost) {
          cluster.node(node).updater().run(ListingUpdater.AGE);
        }
      }
      assertThat(listed(cluster, 0)).containsExactly("o");
    }
  }

  @Test
  void tellsNothingAgainOfWhatIsListedAlready() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      ObjectPath path = CONTAINER.object("o");
      putUnlisted(cluster, path, Duration.ofSeconds(90));
      assertThat(update(cluster)).isPositive();
      long sent = sent(cluster);
      putUnlisted(cluster, path, Duration.ofSeconds(95));
      assertThat(update(cluster)).isPositive();
      assertThat(sent(cluster)).isEqualTo(sent);
      awaitNothingPending(cluster);
    }
  }

  private static long sent(TestCluster cluster) {
    return IntStream.range(0, 4).mapToLong(node -> cluster.node(node).updater().sent()).sum();
  }

  @Test
  void deletesTheObjectOfAContainerThatIsGone() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      cluster.store(0).deleteContainer(CONTAINER).block();
      ObjectPath path = CONTAINER.object("orphan");
      putUnlisted(cluster, path, Duration.ofSeconds(90));
      assertThat(cluster.store(1).object(path).blockOptional().orElseThrow()).isPresent();
      assertThat(update(cluster)).isPositive();
      for (int node = 0; node < 4; node++) {
        assertThat(cluster.store(node).object(path).blockOptional().orElseThrow()).isEmpty();
      }
      awaitNothingPending(cluster);
    }
  }
}
