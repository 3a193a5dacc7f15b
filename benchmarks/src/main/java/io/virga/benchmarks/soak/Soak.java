package io.virga.benchmarks.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Load on a cloud of its own, with faults, for a given time. */
public interface Soak {

  /** What it is called on the command line. */
  String name();

  /** One line of what it does. */
  String summary();

  /**
   * Runs for about the given time.
   *
   * @param progress takes a line for whoever watches
   */
  Outcome run(Conditions conditions, Consumer<String> progress);

  /**
   * What a soak is given.
   *
   * @param root the checkout, with {@code ./virga}
   * @param directory an empty one, removed afterwards
   * @param seed of whatever the soak chooses
   */
  record Conditions(Path root, Path directory, Duration duration, long seed) {}

  /**
   * How it went.
   *
   * @param faults how often something was broken
   * @param acknowledged how many writes were acknowledged
   * @param refused how many requests were refused or broken, which faults may do
   * @param damage what is not as it was acknowledged to be
   */
  record Outcome(int faults, int acknowledged, int refused, Damage damage) {}

  /**
   * All of it must be none.
   *
   * @param lost acknowledged writes that could not be read again
   * @param wrong reads of other bytes than were acknowledged
   * @param ghosts what is there though it was deleted, or never written
   */
  record Damage(int lost, int wrong, int ghosts) {

    /** Whether there is none. */
    public boolean isNone() {
      return lost == 0 && wrong == 0 && ghosts == 0;
    }
  }
}
