package io.virga.objectstore.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.virga.objectstore.TestNode;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes that are cut between the version and the link, and writes at once. */
class VersionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_v", "c");

  @TempDir static Path home;

  private static TestNode node;
  private static ObjectStore store;
  private static Versions versions;

  @BeforeAll
  static void start() throws IOException {
    node =
        TestNode.start(
            home, 0, DeviceOptions.defaults().withSegments(16 << 20, 1 << 20).withMinimumFree(0));
    store = node.store();
    versions = new Versions(store, InstantSource.system());
    run(store.putContainer(CONTAINER, before -> before, true));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static <T> T run(Mono<T> mono) {
    return mono.blockOptional(LIMIT).orElseThrow();
  }

  private static Versions.Source source(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Versions.Source(
        OptionalLong.of(bytes.length),
        Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(bytes))),
        received -> NewObject.of(received, "text/plain", Map.of()));
  }

  private static Versions.Target target(String key, Versioning versioning) {
    return new Versions.Target(CONTAINER.object(key), versioning, Condition.NONE);
  }

  private static Versions.Version put(String key, String text, Versioning versioning) {
    Result<Versions.Version> result = run(versions.put(target(key, versioning), source(text)));
    assertThat(result).isInstanceOf(Result.Done.class);
    return ((Result.Done<Versions.Version>) result).value();
  }

  private static Optional<String> read(String key) {
    Optional<Readable> found = run(new LargeObjects(store).open(CONTAINER.object(key)));
    return found.map(
        readable -> {
          try (readable) {
            return readable.row().etag();
          }
        });
  }

  private static List<VersionListing.Listed> list(String prefix) {
    VersionListing.Query query = new VersionListing.Query(prefix, "", "", "", 1000, false);
    List<VersionListing.Listed> listed = new ArrayList<>();
    for (VersionListing.Line line :
        run(new VersionListing(store).list(CONTAINER, query)).orElseThrow().lines()) {
      if (line instanceof VersionListing.Listed version) {
        listed.add(version);
      }
    }
    return listed;
  }

  /** The first step alone: a version without a link to it. */
  private static ObjectRow cut(String key, String text, VersionId id) {
    ObjectPath path = VersionName.path(CONTAINER.object(key), id);
    Versions.Source source = source(text);
    Result<ObjectRow> result =
        run(
            store.receive(
                path,
                source.length(),
                source.body(),
                received ->
                    store.put(
                        path,
                        source.object().apply(received),
                        received.content(),
                        Condition.NONE)));
    return ((Result.Done<ObjectRow>) result).value();
  }

  @Test
  void readsTheOldVersionAfterACutWriteAndTheNewestAfterTheNext() {
    Versions.Version one = put("cut", "one", Versioning.ENABLED);
    VersionId next = new VersionId(one.id().orElseThrow().micros() + 1, 0, false);
    cut("cut", "two", next);
    assertThat(read("cut")).contains(one.row().etag());
    Versions.Version three = put("cut", "three", Versioning.ENABLED);
    assertThat(three.id().orElseThrow().isNewerThan(next)).isTrue();
    assertThat(read("cut")).contains(three.row().etag());
    assertThat(list("cut")).hasSize(3);
  }

  @Test
  void readsTheVersionBeforeADeletionThatWasCut() {
    Versions.Version one = put("dangling", "one", Versioning.ENABLED);
    Versions.Version two = put("dangling", "two", Versioning.ENABLED);
    run(store.delete(two.row().path(), Condition.NONE));
    assertThat(read("dangling")).contains(one.row().etag());
    run(store.delete(one.row().path(), Condition.NONE));
    assertThat(read("dangling")).isEmpty();
    assertThat(run(store.object(CONTAINER.object("dangling")))).isEmpty();
  }

  @Test
  void keepsAnObjectFromBeforeThoughItsCopyWasCut() {
    Versions.Version plain = put("early", "early", Versioning.OFF);
    VersionId copy = new VersionId(plain.row().timestamp().micros(), 0, true);
    run(store.putContainer(VersionName.hidden(CONTAINER), before -> before, false));
    cut("early", "early", copy);
    assertThat(read("early")).contains(plain.row().etag());
    Versions.Version two = put("early", "two", Versioning.ENABLED);
    assertThat(list("early").stream().map(v -> v.id().text()))
        .containsExactly(two.id().orElseThrow().text(), VersionId.NULL);
  }

  @Test
  void agreesOnTheNewestWhenManyWriteAtOnce() {
    List<Mono<?>> writes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String text = "version " + i;
      writes.add(
          i % 4 == 3
              ? versions.delete(target("busy", Versioning.ENABLED))
              : versions.put(target("busy", Versioning.ENABLED), source(text)));
    }
    Flux.fromIterable(writes).flatMap(write -> write, 40).blockLast(LIMIT);
    List<VersionListing.Listed> listed = list("busy");
    assertThat(listed).hasSize(40);
    VersionListing.Listed newest = listed.getFirst();
    Optional<String> expected =
        newest.marker() ? Optional.empty() : Optional.of(newest.row().etag());
    assertThat(read("busy")).isEqualTo(expected);
  }

  @Test
  void ordersIdsAndReadsThemBack() {
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      VersionId older = new VersionId(random.nextLong(1L << 52), random.nextInt(), i % 2 == 0);
      VersionId newer = new VersionId(older.micros() + 1, random.nextInt(), i % 3 == 0);
      assertThat(newer.isNewerThan(older)).isTrue();
      assertThat(VersionId.ofSuffix(older.suffix())).contains(older);
      assertThat(VersionId.parse(new VersionId(older.micros(), older.tie(), false).text()))
          .contains(new VersionId(older.micros(), older.tie(), false));
    }
  }
}
