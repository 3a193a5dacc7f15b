package io.virga.objectstore.swift.expiry;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Deletes the objects whose time has come, at leisure: some at once, and a pause between passes.
 */
public final class Expirer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Expirer.class);
  private static final int PAGE = 1000;
  private static final int AT_ONCE = 8;
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration PAGE_LIMIT = Duration.ofMinutes(5);

  private final ObjectStore store;
  private final InstantSource clock;
  private final AccountReaper accounts;
  private final Versions versions;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("object-expirer").daemon().factory());

  private record Entry(ObjectPath at, ObjectPath object, ListingRow row, long second) {}

  public Expirer(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.accounts = new AccountReaper(store);
    this.versions = new Versions(store, clock);
  }

  /** Begins to make passes. */
  public Expirer start() {
    thread.scheduleWithFixedDelay(
        this::guarded, PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
    return this;
  }

  private void guarded() {
    try {
      run();
    } catch (RuntimeException e) {
      LOG.warn("deleting what has expired failed; it is tried again", e);
    }
  }

  /** Deletes all whose time has come by now; the number of entries that were worked off. Blocks. */
  public long run() {
    String now = ExpiryQueue.digits(clock.instant().getEpochSecond() + 1);
    long done = 0;
    String marker = "";
    while (true) {
      ListingQuery query = new ListingQuery("", "", marker, now, PAGE, false);
      ListingPage<ContainerRow> days = await(store.listContainers(ExpiryQueue.ACCOUNT, query));
      for (ListingPage.Item<ContainerRow> day : days.items()) {
        done += run(new ContainerPath(ExpiryQueue.ACCOUNT, day.name()), now);
        marker = day.name();
      }
      if (!days.truncated()) {
        return done;
      }
    }
  }

  private long run(ContainerPath day, String now) {
    long done = 0;
    while (true) {
      ListingQuery query = new ListingQuery("", "", "", now, PAGE, false);
      Optional<ObjectStore.Listing> listing = await(store.listObjects(day, query));
      if (listing.isEmpty()) {
        return done;
      }
      ListingPage<ListingRow> page = listing.get().page();
      await(
          Flux.fromIterable(page.items())
              .flatMap(i -> workOff(day, i), AT_ONCE)
              .then(Mono.just(true)));
      done += page.items().size();
      if (!page.truncated()) {
        break;
      }
    }
    if (now.compareTo(day.container()) > 0) {
      await(store.deleteContainer(day));
    }
    return done;
  }

  private Mono<Void> workOff(ContainerPath day, ListingPage.Item<ListingRow> item) {
    if (!(item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row))) {
      return Mono.empty();
    }
    ObjectPath at = day.object(name);
    if (row.contentType().equals(ExpiryQueue.WHOLE_ACCOUNT)) {
      return Mono.fromRunnable(() -> accounts.reap(name.substring(name.indexOf('-') + 1)))
          .subscribeOn(Schedulers.boundedElastic())
          .then(store.delete(at, Condition.NONE))
          .then();
    }
    return parse(at, row)
        .map(this::delete)
        .orElse(Mono.empty())
        .then(store.delete(at, Condition.NONE))
        .then();
  }

  private Mono<Void> delete(Entry entry) {
    return store
        .container(entry.object().containerPath())
        .flatMap(
            row -> {
              Versioning versioning = row.map(Versioning::of).orElse(Versioning.OFF);
              return versioning == Versioning.OFF
                  ? store.delete(entry.object(), condition(entry)).then()
                  : deleteCurrent(entry, versioning);
            });
  }

  /** Where versions are kept it is the current one that ends, like by a deletion. */
  private Mono<Void> deleteCurrent(Entry entry, Versioning versioning) {
    return versions
        .find(entry.object())
        .flatMap(
            found ->
                found.filter(version -> isDue(entry, version.row())).isPresent()
                    ? versions
                        .delete(
                            new Versions.Target(entry.object(), versioning, Optional::isPresent))
                        .then()
                    : Mono.empty());
  }

  private static Condition condition(Entry entry) {
    return existing -> existing.filter(row -> isDue(entry, row)).isPresent();
  }

  private static boolean isDue(Entry entry, ObjectRow row) {
    return entry.row().contentType().equals(ExpiryQueue.ANY)
        ? !row.timestamp().isAfter(entry.row().timestamp())
        : Expiry.endOf(row).filter(end -> end <= entry.second()).isPresent();
  }

  private static Optional<Entry> parse(ObjectPath at, ListingRow row) {
    List<String> parts = List.of(at.object().split("[-/]", 2));
    if (parts.size() < 2 || !parts.getFirst().matches("[0-9]{1,15}")) {
      return Optional.empty();
    }
    String[] path = parts.get(1).split("/", 3);
    return path.length < 3
        ? Optional.empty()
        : Optional.of(
            new Entry(
                at,
                new ObjectPath(path[0], path[1], path[2]),
                row,
                Long.parseLong(parts.getFirst())));
  }

  private static <T> T await(Mono<T> mono) {
    return mono.blockOptional(PAGE_LIMIT)
        .orElseThrow(() -> new IllegalStateException("the store gave no answer"));
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the expirer is still at work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
