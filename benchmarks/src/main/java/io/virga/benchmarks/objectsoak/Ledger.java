package io.virga.benchmarks.objectsoak;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What one client knows of the objects that nobody else writes. An object whose last write was not
 * answered may be as before or as written, also much later: it is written no more. For one thread
 * at a time.
 */
public final class Ledger {

  private static final int KEPT_EVENTS = 12;

  private final Map<String, Known> objects = new TreeMap<>();

  /** What an object may be: a version, or nothing. */
  public static final class Known {
    private final Set<Optional<Integer>> possible = new LinkedHashSet<>();
    private final Deque<String> events = new ArrayDeque<>();

    private Known() {
      possible.add(Optional.empty());
    }

    Set<Optional<Integer>> possible() {
      return possible;
    }

    boolean isCertain() {
      return possible.size() == 1;
    }

    boolean mayBeAbsent() {
      return possible.contains(Optional.<Integer>empty());
    }

    boolean mustBeAbsent() {
      return isCertain() && mayBeAbsent();
    }

    private void note(String event) {
      if (events.size() == KEPT_EVENTS) {
        events.removeFirst();
      }
      events.addLast(event);
    }

    @Override
    public String toString() {
      return "may be " + possible + " after " + events;
    }
  }

  /** What is known of an object; nothing is there before the first write. */
  Known of(String name) {
    return objects.computeIfAbsent(name, key -> new Known());
  }

  /** All that is known of a name, in words. */
  String describe(String name) {
    return objects.containsKey(name) ? of(name).toString() : "nobody wrote it";
  }

  /** A write was acknowledged. */
  void acknowledged(String name, Optional<Integer> version, String event) {
    Known known = of(name);
    known.possible.clear();
    known.possible.add(version);
    known.note(event);
  }

  /** A write came to an unknown end. */
  void unanswered(String name, Optional<Integer> version, String event) {
    Known known = of(name);
    known.possible.add(version);
    known.note(event);
  }

  /** Everything that was ever written. */
  Map<String, Known> objects() {
    return objects;
  }

  /** Holds the names of a listing against what is certain; what may be either way passes. */
  void compare(Set<String> listed, BiConsumer<Findings.Damage, String> findings) {
    objects.forEach(
        (name, known) -> {
          boolean there = listed.contains(name);
          if (there && known.mustBeAbsent()) {
            findings.accept(Findings.Damage.GHOST, name);
          } else if (!there && !known.mayBeAbsent()) {
            findings.accept(Findings.Damage.LOST, name);
          }
        });
    listed.stream()
        .filter(name -> !objects.containsKey(name))
        .toList()
        .forEach(name -> findings.accept(Findings.Damage.GHOST, name));
  }
}
