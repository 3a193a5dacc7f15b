package io.virga.objectstore.audit;

import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether objects are damaged, sets them apart and has them repaired.
 *
 * <p>Good → (bytes are wrong) → Lost, its bytes in quarantine → (a copy came) → Good. All but
 * {@link #report} is for one thread, and blocks.
 */
final class Infirmary {

  private static final Logger LOG = LoggerFactory.getLogger(Infirmary.class);
  private static final int MAXIMUM_REPORTED = 1000;
  private static final int LOOK_UPS = 4;

  private record Key(int policy, ObjectPath path) {}

  private final LocalReplica own;
  private final ObjectCheck check;
  private final Quarantine quarantine;
  private final Repair repair;
  private final AuditMetrics metrics;
  private final BlockingQueue<Key> reported = new ArrayBlockingQueue<>(MAXIMUM_REPORTED);
  private final Set<Key> known = ConcurrentHashMap.newKeySet();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong repaired = new AtomicLong();
  private volatile long lost;
  private volatile long quarantined;
  private volatile boolean full;

  Infirmary(LocalReplica own, Topology topology, Pacer pacer, AuditMetrics metrics) {
    this.own = own;
    this.metrics = metrics;
    this.check = new ObjectCheck(own.device(), pacer);
    this.quarantine = new Quarantine(own.device());
    this.repair = new Repair(own, topology, pacer);
    count();
  }

  /**
   * Somebody met damage; what there is no room for the pass finds. On any thread, does not block.
   */
  void report(Device.Damage damage) {
    Key key = new Key(damage.row().policy(), damage.row().path());
    if (known.add(key) && !reported.offer(key)) {
      known.remove(key);
    }
  }

  /** Waits until something is reported, but not longer. */
  void await(long millis) {
    try {
      Key key = reported.poll(millis, TimeUnit.MILLISECONDS);
      if (key != null && !reported.offer(key)) {
        known.remove(key);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the auditor", e);
    }
  }

  /** Looks at the first object that was reported, if any. */
  boolean inspectReported(Timestamp now) {
    Key key = reported.poll();
    if (key == null) {
      return false;
    }
    known.remove(key);
    current(key.policy(), key.path())
        .filter(row -> !row.deleted())
        .ifPresent(row -> inspect(row, now));
    return true;
  }

  private Optional<ObjectRow> current(int policy, ObjectPath path) {
    return own.device().index().object(policy, path);
  }

  /**
   * Reads an object, and does what has to be done if it is damaged.
   *
   * @param row as it was looked up a moment ago
   * @return whether it was damaged
   */
  boolean inspect(ObjectRow row, Timestamp now) {
    Optional<ObjectRow> looked = Optional.of(row);
    for (int lookUp = 0; lookUp < LOOK_UPS; lookUp++) {
      if (looked.isEmpty() || looked.get().deleted()) {
        return false;
      }
      if (looked.get().isLost()) {
        repair(looked.get());
        return false;
      }
      Optional<String> problem = problem(looked.get());
      if (problem.isEmpty()) {
        return false;
      }
      switch (quarantine.put(looked.get(), problem.get(), now)) {
        case SET_APART -> {
          setApart(looked.get(), problem.get());
          return true;
        }
        case FULL -> {
          full = true;
          return true;
        }
        case CHANGED -> looked = current(row.policy(), row.path());
      }
    }
    return false;
  }

  private Optional<String> problem(ObjectRow row) {
    try {
      Optional<String> problem = check.problem(row);
      metrics.audited(row.sizeBytes());
      return problem;
    } catch (StoreFailure e) {
      LOG.warn("{} of {} could not be read", row.path(), own.name(), e);
      return Optional.empty();
    }
  }

  private void setApart(ObjectRow row, String reason) {
    LOG.warn("{} of {} is set apart: {}", row.path(), own.name(), reason);
    damaged.incrementAndGet();
    metrics.damaged();
    count();
    current(row.policy(), row.path()).filter(ObjectRow::isLost).ifPresent(this::repair);
  }

  private void repair(ObjectRow row) {
    if (repair.repair(row)) {
      repaired.incrementAndGet();
      metrics.repaired();
    }
    count();
  }

  /** Tries again for all that wait for a good copy. */
  void retry() {
    quarantine.lost().forEach(this::repair);
    count();
  }

  private void count() {
    lost = quarantine.lost().size();
    quarantined = quarantine.all().size();
    full = full && lost >= Quarantine.MOST;
  }

  Quarantine quarantine() {
    return quarantine;
  }

  long damaged() {
    return damaged.get();
  }

  long repaired() {
    return repaired.get();
  }

  long lost() {
    return lost;
  }

  long quarantined() {
    return quarantined;
  }

  boolean isFull() {
    return full;
  }
}
