package io.virga.objectstore.simulation;

import io.virga.objectstore.record.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All writes of all objects, and what reads may say of them. A write that was acknowledged is over
 * for everything that begins later: nothing older may be read again. One whose outcome is not known
 * may come to be at any time, or never. What a read may see of a write that is not over is not laid
 * down: that one, or the one before.
 */
final class History {

  private static final long NEVER = Long.MAX_VALUE;

  /** A write or a deletion, which is version zero. */
  static final class Change {
    final String name;
    final int version;
    final boolean ifAbsent;
    final long begunNanos;
    long endedNanos = NEVER;
    boolean refused;
    Optional<Timestamp> time = Optional.empty();

    private Change(String name, int version, boolean ifAbsent, long begunNanos) {
      this.name = name;
      this.version = version;
      this.ifAbsent = ifAbsent;
      this.begunNanos = begunNanos;
    }

    boolean isAcknowledged() {
      return endedNanos != NEVER && !refused;
    }

    @Override
    public String toString() {
      return "%s %s%s from %s to %s at %s"
          .formatted(
              version == 0 ? "deletion" : "version " + version,
              name,
              ifAbsent ? " if absent" : "",
              seconds(begunNanos),
              endedNanos == NEVER ? "?" : refused ? "refused" : seconds(endedNanos),
              time.map(Timestamp::toString).orElse("?"));
    }

    private static String seconds(long nanos) {
      return "%.6f".formatted(nanos / 1e9);
    }
  }

  private final boolean isOrdered;
  private final Map<String, List<Change>> changes = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private int versions;
  private int acknowledged;

  /**
   * @param isOrdered whether the times of writes are in their order; one device alone forgets the
   *     times of what was deleted
   */
  History(boolean isOrdered) {
    this.isOrdered = isOrdered;
  }

  /** A write begins. */
  Change put(String name, boolean ifAbsent, long now) {
    return add(new Change(name, ++versions, ifAbsent, now));
  }

  Change delete(String name, long now) {
    return add(new Change(name, 0, false, now));
  }

  private Change add(Change change) {
    changes.computeIfAbsent(change.name, name -> new ArrayList<>()).add(change);
    return change;
  }

  /** It has been acknowledged; a deletion does not say its time. */
  void acknowledged(Change change, Optional<Timestamp> time, long now) {
    acknowledged++;
    change.time = time;
    for (Change other : of(change.name)) {
      if (other.isAcknowledged()
          && other.endedNanos < change.begunNanos
          && isLater(other.time, time)) {
        violate(change + " is ordered before " + other);
      }
      if (other.isAcknowledged() && other.ifAbsent && change.ifAbsent) {
        judgeMakers(other, change, now);
      }
    }
    change.endedNanos = now;
    if (change.ifAbsent && !mayBe(change.name, 0, change.begunNanos, now)) {
      violate(change + " was made although there was an object");
    }
  }

  /** Of two who make an object there is none between them. */
  private void judgeMakers(Change one, Change other, long now) {
    boolean between =
        of(one.name).stream()
            .anyMatch(
                c ->
                    !c.refused
                        && c.version == 0
                        && c.begunNanos < now
                        && c.endedNanos > Math.min(one.begunNanos, other.begunNanos));
    if (!between) {
      violate(one + " and " + other + " both made the object");
    }
  }

  private boolean isLater(Optional<Timestamp> one, Optional<Timestamp> other) {
    return isOrdered && one.isPresent() && other.isPresent() && one.get().isAfter(other.get());
  }

  /** It was refused for what was there, and has changed nothing. */
  void refused(Change change, long now) {
    change.refused = true;
    change.endedNanos = now;
  }

  /** A version was read, zero if there was nothing. */
  void read(String what, String name, int version, Optional<Timestamp> time, Span span) {
    if (!mayBe(name, version, span.fromNanos(), span.toNanos())) {
      violate("%s: version %d of %s in %s".formatted(what, version, name, span));
    }
    for (Change change : of(name)) {
      if (change.isAcknowledged()
          && change.endedNanos < span.fromNanos()
          && isLater(change.time, time)) {
        violate(
            "%s: version %d of %s of %s in %s though there was %s"
                .formatted(what, version, name, time, span, change));
      }
    }
  }

  /** When something was asked and answered. */
  record Span(long fromNanos, long toNanos) {
    @Override
    public String toString() {
      return "%.6f to %.6f".formatted(fromNanos / 1e9, toNanos / 1e9);
    }
  }

  /** Whether a name may be listed, or not be, in a time. */
  void listed(String name, boolean is, Span span) {
    boolean may =
        is
            ? of(name).stream()
                .anyMatch(
                    c -> c.version > 0 && mayBe(name, c.version, span.fromNanos(), span.toNanos()))
            : mayBe(name, 0, span.fromNanos(), span.toNanos());
    if (!may) {
      violate("%s was %slisted in %s".formatted(name, is ? "" : "not ", span));
    }
  }

  boolean mayBe(String name, int version, long from, long to) {
    List<Change> all = of(name);
    if (version == 0 && all.stream().noneMatch(c -> c.isAcknowledged() && c.endedNanos < from)) {
      return true;
    }
    return all.stream()
        .filter(change -> change.version == version && !change.refused && change.begunNanos <= to)
        .anyMatch(change -> all.stream().noneMatch(other -> isOverBy(change, other, from)));
  }

  /** Whether another was acknowledged before a moment and holds instead. */
  private boolean isOverBy(Change change, Change other, long from) {
    return other != change
        && other.isAcknowledged()
        && other.endedNanos < from
        && change.endedNanos != NEVER
        && (change.endedNanos < other.begunNanos || isLater(other.time, change.time));
  }

  /** The newest that was acknowledged, if nothing else can be newer. */
  Optional<Change> certain(String name) {
    List<Change> all = of(name).stream().filter(c -> !c.refused).toList();
    return all.stream()
        .filter(c -> c.isAcknowledged() && c.time.isPresent())
        .filter(c -> all.stream().allMatch(o -> o == c || o.endedNanos < c.begunNanos))
        .findFirst();
  }

  private List<Change> of(String name) {
    return changes.getOrDefault(name, List.of());
  }

  int acknowledgedCount() {
    return acknowledged;
  }

  void violate(String what) {
    violations.add(what);
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  /** All that was done to an object. */
  String told(String name) {
    StringBuilder told = new StringBuilder();
    of(name).forEach(change -> told.append("\n  ").append(change));
    return told.toString();
  }
}
