package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Four nodes, three replicas. */
@Timeout(120)
class ClusterTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p1", "c");

  @TempDir Path home;

  private static Result<ObjectRow> put(
      ObjectStore store, String name, byte[] bytes, Condition condition) {
    List<ByteBuf> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += 30_000) {
      chunks.add(Unpooled.wrappedBuffer(bytes, at, Math.min(30_000, bytes.length - at)));
    }
    return store
        .receive(
            CONTAINER.object(name),
            OptionalLong.of(bytes.length),
            Flux.fromIterable(chunks),
            received ->
                store.put(
                    CONTAINER.object(name),
                    NewObject.of(received, "text/plain", Map.of()),
                    received.content(),
                    condition))
        .blockOptional()
        .orElseThrow();
  }

  private static byte[] bytes(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(name.hashCode() * 31L + length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] get(ObjectStore store, String name) {
    ObjectStore.Open open =
        store.open(CONTAINER.object(name)).blockOptional().orElseThrow().orElseThrow();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (open) {
      open.content()
          .bytes(0, open.row().sizeBytes())
          .doOnNext(
              part -> {
                byte[] copy = new byte[part.readableBytes()];
                part.readBytes(copy).release();
                all.writeBytes(copy);
              })
          .blockLast();
    }
    return all.toByteArray();
  }

  private static List<String> list(ObjectStore store) {
    return store
        .listObjects(CONTAINER, ListingQuery.of("", "", 10_000))
        .blockOptional()
        .orElseThrow()
        .orElseThrow()
        .page()
        .items()
        .stream()
        .map(ListingPage.Item::name)
        .toList();
  }

  @Test
  void everyNodeSeesWhatAnyNodeAcknowledged() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      int[] sizes = {0, 10, 4096, 4097, 60_000, 65_536, 300_000, 3_000_000};
      for (int i = 0; i < 40; i++) {
        int size = sizes[i % sizes.length];
        String name = "o%02d".formatted(i);
        put(cluster.store(i % 4), name, bytes(name, size), Condition.NONE);
        for (int node = 0; node < 4; node++) {
          assertThat(get(cluster.store(node), name)).isEqualTo(bytes(name, size));
          assertThat(list(cluster.store(node))).hasSize(i + 1).contains(name);
        }
      }
      for (int i = 0; i < 40; i += 2) {
        String name = "o%02d".formatted(i);
        cluster.store((i + 1) % 4).delete(CONTAINER.object(name), Condition.NONE).block();
        for (int node = 0; node < 4; node++) {
          assertThat(
                  cluster.store(node).object(CONTAINER.object(name)).blockOptional().orElseThrow())
              .isEmpty();
          assertThat(list(cluster.store(node))).doesNotContain(name);
        }
      }
    }
  }

  @Test
  void goesOnWithOneNodeAwayAndRefusesWithTwo() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      cluster.stop(3);
      for (int i = 0; i < 20; i++) {
        String name = "o" + i;
        put(cluster.store(i % 3), name, bytes(name, i * 20_000), Condition.NONE);
        for (int node = 0; node < 3; node++) {
          assertThat(get(cluster.store(node), name)).isEqualTo(bytes(name, i * 20_000));
        }
      }
      assertThat(list(cluster.store(1))).hasSize(20);
      cluster.cutOff(2);
      assertThatThrownBy(() -> put(cluster.store(2), "x", new byte[10], Condition.NONE))
          .isInstanceOf(StoreFailure.Unavailable.class);
      cluster.restart(3);
      for (int node : new int[] {0, 1, 3}) {
        for (int i = 0; i < 20; i++) {
          byte[] expected = bytes("o" + i, i * 20_000);
          String name = "o" + i;
          TestCluster.await(() -> assertThat(get(cluster.store(node), name)).isEqualTo(expected));
        }
        TestCluster.await(() -> assertThat(list(cluster.store(node))).hasSize(20));
      }
      cluster.join(2);
      cluster.awaitReplicated();
    }
  }

  @Test
  void bringsEveryReplicaToTheSameAfterAnAbsence() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      for (int i = 0; i < 30; i++) {
        put(cluster.store(0), "o" + i, bytes("o" + i, i * 9_000), Condition.NONE);
      }
      cluster.stop(3);
      for (int i = 0; i < 30; i += 3) {
        cluster.store(1).delete(CONTAINER.object("o" + i), Condition.NONE).block();
        put(cluster.store(2), "new" + i, bytes("new" + i, i * 9_000), Condition.NONE);
      }
      cluster.restart(3);
      cluster.awaitReplicated();
      for (int i = 0; i < 30; i++) {
        boolean deleted = i % 3 == 0;
        assertThat(cluster.node(3).holds(CONTAINER.object("o" + i)))
            .as("o" + i)
            .isIn(Optional.of(!deleted), Optional.empty());
      }
    }
  }

  @Test
  void movesEverythingWhenARingGrowsAndLosesNothing() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.useOnly(3);
      cluster.awaitReplicated();
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      for (int i = 0; i < 60; i++) {
        put(cluster.store(i % 4), "o" + i, bytes("o" + i, i * 5_000), Condition.NONE);
      }
      cluster.useOnly(4);
      for (int i = 60; i < 120; i++) {
        put(cluster.store(i % 4), "o" + i, bytes("o" + i, i * 1_000), Condition.NONE);
        int read = i - 60;
        assertThat(get(cluster.store((i + 1) % 4), "o" + read))
            .isEqualTo(bytes("o" + read, read * 5_000));
      }
      cluster.awaitReplicated();
      for (int node = 0; node < 4; node++) {
        assertThat(list(cluster.store(node))).hasSize(120);
        assertThat(cluster.node(node).objects()).isBetween(60L, 120L);
      }
      List<Long> copies = IntStream.range(0, 4).mapToObj(n -> cluster.node(n).objects()).toList();
      assertThat(copies.stream().mapToLong(n -> n).sum()).as("%s", copies).isEqualTo(120 * 3);
    }
  }

  @Test
  void oneOfManyWhoMakeTheSameObjectAtOnceSucceeds() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 4, 3)) {
      cluster.store(0).putContainer(CONTAINER, before -> before, false).block();
      for (int round = 0; round < 10; round++) {
        String name = "o" + round;
        long done =
            Flux.range(0, 12)
                .flatMap(
                    i ->
                        Mono.fromCallable(
                                () ->
                                    put(
                                        cluster.store(i % 4),
                                        name,
                                        bytes("w" + i, 100 + i),
                                        Condition.ABSENT))
                            .subscribeOn(Schedulers.boundedElastic()),
                    12)
                .filter(result -> result instanceof Result.Done<ObjectRow>)
                .count()
                .blockOptional()
                .orElseThrow();
        assertThat(done).isEqualTo(1);
      }
    }
  }
}
