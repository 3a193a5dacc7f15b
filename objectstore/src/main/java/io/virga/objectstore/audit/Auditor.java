package io.virga.objectstore.audit;

import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.index.RowPages;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over a device for ever on one thread: what readers found damaged first, then what waits for
 * a good copy, then what may be forgotten, then the next objects of the pass.
 */
public final class Auditor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);
  private static final int PAGE = 4;
  private static final long IDLE_MILLIS = 200;
  private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long CLOSING_MILLIS = 8_000;

  private final LocalReplica own;
  private final AuditOptions options;
  private final HybridClock clock;
  private final Infirmary infirmary;
  private final Purger purger;
  private final AuditMetrics metrics;
  private final Thread thread;
  private final Queue<CompletableFuture<AuditPosition>> passWanted = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<AuditPosition>> passAsked = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<Long>> purgeWanted = new ConcurrentLinkedQueue<>();
  private final AtomicLong purged = new AtomicLong();
  private volatile AuditPosition position;
  private volatile String problem = "";
  private volatile boolean closed;
  private long savedNanos = System.nanoTime();
  private long retryNanos = System.nanoTime();
  private Timestamp reclaim = Timestamp.ZERO;
  private boolean purging;
  private long goOnNanos = System.nanoTime();
  private long purgedInPass;

  /** Starts. */
  public Auditor(
      LocalReplica own,
      Topology topology,
      AuditOptions options,
      HybridClock clock,
      AuditMetrics metrics) {
    this.own = own;
    this.options = options;
    this.clock = clock;
    this.metrics = metrics;
    Pacer pacer = new Pacer(options.bytesPerSecond(), () -> closed);
    this.infirmary = new Infirmary(own, topology, pacer, metrics);
    this.purger = new Purger(own, topology);
    this.position = AuditPosition.load(own.device().directory());
    this.thread =
        Thread.ofPlatform().name("object-audit-" + own.name()).daemon().unstarted(this::run);
    own.device().onDamage(infirmary::report);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        if (!step()) {
          infirmary.await(IDLE_MILLIS);
        }
      } catch (CancellationException e) {
        LOG.debug("the audit of {} is cut off", own.name());
      } catch (RuntimeException e) {
        problem = String.valueOf(e.getMessage());
        goOnNanos = System.nanoTime() + RETRY_NANOS;
        LOG.warn("the audit of {} cannot go on; it is tried again in a minute", own.name(), e);
        fail(passAsked, e);
        fail(purgeWanted, e);
      }
    }
    position.save(own.device().directory());
  }

  private static void fail(Queue<? extends CompletableFuture<?>> waiting, RuntimeException e) {
    for (CompletableFuture<?> one = waiting.poll(); one != null; one = waiting.poll()) {
      one.completeExceptionally(e);
    }
  }

  /** Whether there was something to do. */
  private boolean step() {
    if (infirmary.inspectReported(clock.now())) {
      return true;
    }
    long nanos = System.nanoTime();
    if (nanos - goOnNanos < 0) {
      return false;
    }
    if (nanos - retryNanos >= 0) {
      retryNanos = nanos + RETRY_NANOS;
      infirmary.retry();
      return true;
    }
    if (!passWanted.isEmpty()) {
      begin();
      return true;
    }
    if (purging || !purgeWanted.isEmpty() || own.expiry().cutoff().isAfter(reclaim)) {
      purge();
      return true;
    }
    return audit();
  }

  private long millis() {
    return clock.now().micros() / 1000;
  }

  private void purge() {
    if (!purging) {
      purging = true;
      reclaim = own.expiry().cutoff();
    }
    Purger.Step step = purger.step(reclaim);
    purgedInPass += step.purged();
    purged.addAndGet(step.purged());
    metrics.purged(step.purged());
    if (step.last()) {
      purging = false;
      long rows = purgedInPass;
      purgedInPass = 0;
      CompletableFuture<Long> wanted = purgeWanted.poll();
      if (wanted != null) {
        wanted.complete(rows);
      }
    }
  }

  private void begin() {
    for (CompletableFuture<AuditPosition> one = passWanted.poll();
        one != null;
        one = passWanted.poll()) {
      passAsked.add(one);
    }
    problem = "";
    position = position.next(millis());
    own.device()
        .checkJournal()
        .ifPresent(
            damage -> {
              metrics.damaged();
              LOG.warn(
                  "the journal of {} was damaged, and is not needed now: {}", own.name(), damage);
            });
    save();
  }

  private boolean audit() {
    if (!position.running()) {
      if (millis() - position.startedMillis() < options.interval().toMillis()) {
        return false;
      }
      begin();
    }
    RowPages.Page<ObjectRow> page = own.device().index().pages().objects(position.cursor(), PAGE);
    for (ObjectRow row : page.rows()) {
      if (!row.deleted()) {
        boolean damaged = infirmary.inspect(row, clock.now());
        position = position.read(row.sizeBytes(), damaged);
      }
      if (closed) {
        return true;
      }
    }
    if (page.next().isPresent()) {
      position = position.at(page.next().get());
    } else {
      end();
    }
    problem = "";
    if (System.nanoTime() - savedNanos > SAVE_NANOS) {
      save();
    }
    return true;
  }

  private void end() {
    position = position.ended();
    save();
    for (CompletableFuture<AuditPosition> one = passAsked.poll();
        one != null;
        one = passAsked.poll()) {
      one.complete(position);
    }
  }

  private void save() {
    position.save(own.device().directory());
    savedNanos = System.nanoTime();
  }

  /** Begins a pass now, whether or not one is running; done when it has ended. */
  public CompletableFuture<AuditPosition> pass() {
    CompletableFuture<AuditPosition> wanted = new CompletableFuture<>();
    passWanted.add(wanted);
    return wanted;
  }

  /** Forgets now what was deleted long ago; says how many marks went. */
  public CompletableFuture<Long> purgeNow() {
    CompletableFuture<Long> wanted = new CompletableFuture<>();
    purgeWanted.add(wanted);
    return wanted;
  }

  /** Deletes the damaged bytes of all objects that have a good copy again. Blocks. */
  public long purgeQuarantine() {
    return infirmary.quarantine().purgeSettled();
  }

  /** The device. */
  public LocalReplica replica() {
    return own;
  }

  /** How it goes. Blocks. */
  public AuditStatus status() {
    AuditPosition seen = position;
    Quarantine quarantine = infirmary.quarantine();
    return new AuditStatus(
        own.name(),
        seen.pass(),
        seen.running(),
        seen.objects(),
        seen.bytes(),
        infirmary.damaged(),
        infirmary.repaired(),
        purged.get(),
        quarantine.lost().size(),
        quarantine.all().stream()
            .map(
                item ->
                    new AuditStatus.Item(
                        item.row().path().toString(),
                        item.at().toInstant().toString(),
                        item.reason(),
                        quarantine.isSettled(item)))
            .toList(),
        problem);
  }

  /** How much of the objects the pass that is running, or the last one, has read. */
  public long passBytes() {
    return position.bytes();
  }

  /** How many objects have no good copy here, as last seen; does not block. */
  public long lost() {
    return infirmary.lost();
  }

  /** How many damaged objects are kept apart, as last seen; does not block. */
  public long quarantined() {
    return infirmary.quarantined();
  }

  /** What an operator should know, empty if all is well; does not block. */
  public String complaint() {
    if (!problem.isEmpty()) {
      return "the audit cannot go on: " + problem;
    }
    if (infirmary.isFull()) {
      return "the quarantine is full";
    }
    return infirmary.lost() == 0 ? "" : infirmary.lost() + " damaged objects wait for a good copy";
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    CancellationException end = new CancellationException("the auditor was closed");
    fail(passWanted, end);
    fail(passAsked, end);
    fail(purgeWanted, end);
  }
}
