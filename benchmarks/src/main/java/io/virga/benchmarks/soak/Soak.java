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
   * @param root the checkout, with {@code ./virga}
   * @param directory an empty one, removed afterwards
   * @param progress takes a line for whoever watches
   */
  Outcome run(Path root, Path directory, Duration duration, Consumer<String> progress);

  /**
   * How it went.
   *
   * @param faults how often something was broken
   * @param acknowledged how many writes were acknowledged
   * @param refused how many requests were refused or broken, which faults may do
   * @param lost how many acknowledged writes could not be read again, which must be none
   */
  record Outcome(int faults, int acknowledged, int refused, int lost) {}
}
