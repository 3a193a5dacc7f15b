package io.virga.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Database;
import io.virga.control.database.TestDatabase;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.RevocationSpec;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.WatchEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

final class WatchHubTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final PeerIdentity OBJECTS = new PeerIdentity("objectstore", "one");

  private final TestDatabase test = TestDatabase.open();
  private final Database database = test.database();
  private final WatchHub hub = new WatchHub(database, Schedulers.parallel());
  private final DesiredStates desired = new DesiredStates(hub::wake);

  @BeforeEach
  void start() {
    hub.start().block(SOON);
  }

  @AfterEach
  void close() {
    hub.close();
    test.close();
  }

  @Test
  void listsThenTellsChangesOfItsOwnHostAndKindsOnly() {
    put("*", "a").then(put("two", "b")).then(put("one", "c")).block(SOON);
    Sinks.Empty<Void> synced = Sinks.empty();
    Mono<List<WatchEvent>> seen =
        watch(-1)
            .doOnNext(event -> signal(event, synced))
            .takeUntil(event -> event instanceof WatchEvent.Delete)
            .filter(event -> !(event instanceof WatchEvent.Bookmark))
            .collectList()
            .cache();
    seen.subscribe();
    synced.asMono().block(SOON);
    put("one", "d").then(put("two", "e")).then(remove("one", "c")).block(SOON);
    List<WatchEvent> events = seen.blockOptional(SOON).orElseThrow();
    assertThat(events.getFirst()).isInstanceOf(WatchEvent.Reset.class);
    assertThat(puts(events)).containsExactly("a", "c", "d");
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            WatchEvent.Delete.class, gone -> assertThat(gone.id()).isEqualTo("c"));
  }

  @Test
  void resumesBehindAKnownRevisionAndTellsOfWhatWasRemovedMeanwhile() {
    put("one", "a").then(put("one", "b")).block(SOON);
    List<WatchEvent> first = untilSynced(-1, "");
    String cluster = ((WatchEvent.Reset) first.getFirst()).cluster();
    long revision = ((WatchEvent.Synced) first.getLast()).revision();
    put("one", "c").then(remove("one", "a")).block(SOON);
    List<WatchEvent> second =
        hub.watch(OBJECTS, Optional.of(cluster), revision)
            .takeUntil(event -> event instanceof WatchEvent.Bookmark)
            .collectList()
            .blockOptional(SOON)
            .orElseThrow();
    assertThat(second).noneMatch(event -> event instanceof WatchEvent.Reset);
    assertThat(puts(second)).contains("c");
    assertThat(second)
        .anyMatch(event -> event instanceof WatchEvent.Delete gone && gone.id().equals("a"));
  }

  @Test
  void listsEverythingToAClientOfAnotherClusterOrOfTheFuture() {
    put("one", "a").block(SOON);
    assertThat(untilSynced(1, "another").getFirst()).isInstanceOf(WatchEvent.Reset.class);
    String cluster = ((WatchEvent.Reset) untilSynced(-1, "").getFirst()).cluster();
    assertThat(untilSynced(Long.MAX_VALUE, cluster).getFirst())
        .isInstanceOf(WatchEvent.Reset.class);
  }

  /** Transactions end in another order than they began; clients come and go and resume. */
  @Test
  void missesNothingThoughTransactionsCommitOutOfOrder() {
    Random random = new Random(42);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Set<String> expected =
        IntStream.range(0, 200).mapToObj(i -> "id" + i).collect(Collectors.toSet());
    Sinks.Empty<Void> synced = Sinks.empty();
    Mono<Void> all =
        watch(-1)
            .doOnNext(event -> signal(event, synced))
            .doOnNext(
                event -> {
                  if (event instanceof WatchEvent.Put put) {
                    seen.add(put.id());
                  }
                })
            .takeUntil(event -> seen.containsAll(expected))
            .then()
            .cache();
    all.subscribe();
    synced.asMono().block(SOON);
    Flux.fromIterable(expected)
        .flatMap(
            id -> {
              Duration pause = Duration.ofMillis(random.nextInt(30));
              return database.inTransaction(
                  tx ->
                      desired
                          .put(tx, "one", revocation(id))
                          .then(tx.sql("SELECT 1 AS n").one(row -> row.integer("n")))
                          .delayElement(pause)
                          .then());
            },
            6)
        .then()
        .block(SOON);
    all.block(SOON);
    assertThat(seen).containsAll(expected);
  }

  private static void signal(WatchEvent event, Sinks.Empty<Void> synced) {
    if (event instanceof WatchEvent.Synced) {
      synced.tryEmitEmpty().orThrow();
    }
  }

  private Flux<WatchEvent> watch(long since) {
    return hub.watch(OBJECTS, Optional.empty(), since);
  }

  private List<WatchEvent> untilSynced(long since, String cluster) {
    return hub.watch(OBJECTS, Optional.of(cluster), since)
        .takeUntil(event -> event instanceof WatchEvent.Synced)
        .collectList()
        .blockOptional(SOON)
        .orElseThrow();
  }

  private Mono<Void> put(String host, String id) {
    return database.inTransaction(tx -> desired.put(tx, host, revocation(id)));
  }

  private Mono<Void> remove(String host, String id) {
    return database.inTransaction(tx -> desired.remove(tx, host, Kind.REVOCATION, id));
  }

  private static RevocationSpec revocation(String id) {
    return new RevocationSpec(
        id,
        1,
        Optional.of(id),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static List<String> puts(List<WatchEvent> events) {
    return events.stream()
        .flatMap(
            event ->
                event instanceof WatchEvent.Put put
                    ? java.util.stream.Stream.of(put.id())
                    : java.util.stream.Stream.empty())
        .toList();
  }
}
