package io.virga.control.watch;

import io.virga.control.database.Database;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads the outbox once for all agents and tells each stream what is its own. One reading runs at a
 * time; wake-ups that come meanwhile are one more reading after it.
 *
 * <p>A stream is registered before its list is read, and passes over what is below the list's own
 * horizon. The hub's horizon never goes back, so what the hub reads before the list is below the
 * list's horizon and thus in the list: nothing is missed, and nothing old comes after something
 * new.
 */
public final class WatchHub implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WatchHub.class);
  private static final int READ_LIMIT = 1000;
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration HELD_BACK = Duration.ofMillis(10);
  private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(5);
  private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);
  private static final Duration TOMBSTONE_AGE = Duration.ofHours(1);
  private static final Duration LIST_STALL = Duration.ofSeconds(30);

  private final ChangeLog changes;
  private final Scheduler scheduler;
  private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicInteger wakeUps = new AtomicInteger();
  private final AtomicLong next = new AtomicLong();
  private final Disposable.Composite timers = Disposables.composite();

  public WatchHub(Database database, Scheduler scheduler) {
    this.changes = new ChangeLog(database);
    this.scheduler = scheduler;
  }

  /** Finds where the outbox stands and reads on from there. To be awaited before any stream. */
  public Mono<Void> start() {
    return changes
        .state()
        .doOnNext(
            state -> {
              next.set(state.horizon());
              startTimers();
            })
        .then();
  }

  private void startTimers() {
    timers.add(every(TICK, this::wake));
    timers.add(every(BOOKMARK_EVERY, this::bookmark));
    timers.add(
        every(
            PRUNE_EVERY,
            () ->
                changes
                    .prune(TOMBSTONE_AGE)
                    .subscribe(done -> {}, e -> log.warn("cannot prune the outbox", e))));
  }

  private Disposable every(Duration period, Runnable task) {
    return scheduler.schedulePeriodically(
        task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** There may be something new. Never blocks; any thread. */
  public void wake() {
    if (wakeUps.getAndIncrement() == 0) {
      readOn();
    }
  }

  private void readOn() {
    int seen = wakeUps.get();
    read()
        .onErrorResume(
            e -> {
              log.warn("cannot read the outbox, trying again", e);
              return Mono.just(false);
            })
        .subscribe(
            more -> {
              if (more) {
                wakeUps.incrementAndGet();
              }
              if (wakeUps.addAndGet(-seen) > 0) {
                scheduler.schedule(this::readOn);
              }
            });
  }

  /** Reads up to the horizon; whether there is more to be read at once. */
  private Mono<Boolean> read() {
    return changes
        .changes(next.get(), READ_LIMIT)
        .map(
            part -> {
              if (part.state().heldBack()) {
                scheduler.schedule(this::wake, HELD_BACK.toMillis(), TimeUnit.MILLISECONDS);
              }
              long horizon = part.state().horizon();
              return horizon > next.get() && tell(part.changes(), horizon);
            });
  }

  private boolean tell(List<Change> read, long horizon) {
    for (Change change : read) {
      List<WatchStream> wanting = streams.stream().filter(s -> s.wants(change)).toList();
      if (!wanting.isEmpty()) {
        WatchEvent event = change.event();
        wanting.forEach(stream -> stream.tell(change.revision(), event));
      }
    }
    boolean more = read.size() >= READ_LIMIT;
    next.set(more ? read.getLast().revision() + 1 : horizon);
    return more;
  }

  private void bookmark() {
    if (wakeUps.getAndIncrement() == 0) {
      long told = next.get() - 1;
      streams.forEach(stream -> stream.bookmark(told));
      readOn();
    }
  }

  /** How many streams are open. */
  public int openStreams() {
    return streams.size();
  }

  /**
   * Everything that is desired of the agent's host, or what has changed behind the revision that it
   * knows, and then every change.
   */
  public Flux<WatchEvent> watch(PeerIdentity agent, Optional<String> cluster, long since) {
    List<String> kinds = WatchedKinds.of(agent.service());
    return Flux.using(
        () -> {
          WatchStream stream = new WatchStream(agent.host(), kinds);
          streams.add(stream);
          return stream;
        },
        stream ->
            changes
                .state()
                .flatMapMany(
                    state -> {
                      boolean resumes =
                          cluster.filter(state.cluster()::equals).isPresent()
                              && since > state.prunedTo()
                              && since < state.horizon();
                      return resumes
                          ? resume(stream, changes.since(agent.host(), kinds, since))
                          : list(stream, state.cluster(), changes.list(agent.host(), kinds));
                    }),
        streams::remove);
  }

  private static Flux<WatchEvent> list(
      WatchStream stream, String cluster, Flux<ChangeLog.Listed> listed) {
    return Flux.just((WatchEvent) new WatchEvent.Reset(cluster))
        .concatWith(thenLive(stream, listed, true));
  }

  private static Flux<WatchEvent> resume(WatchStream stream, Flux<ChangeLog.Listed> listed) {
    return thenLive(stream, listed, false);
  }

  private static Flux<WatchEvent> thenLive(
      WatchStream stream, Flux<ChangeLog.Listed> listed, boolean synced) {
    AtomicLong horizon = new AtomicLong();
    return listed
        .timeout(LIST_STALL)
        .doOnNext(item -> horizon.set(item.horizon()))
        .concatMapIterable(item -> item.change().map(Change::event).stream().toList())
        .concatWith(
            Mono.fromSupplier(
                () ->
                    synced
                        ? new WatchEvent.Synced(horizon.get() - 1)
                        : new WatchEvent.Bookmark(horizon.get() - 1)))
        .concatWith(Flux.defer(() -> stream.eventsFrom(horizon.get())));
  }

  @Override
  public void close() {
    timers.dispose();
  }
}
