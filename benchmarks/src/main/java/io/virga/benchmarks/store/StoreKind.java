package io.virga.benchmarks.store;

import java.nio.file.Path;
import java.util.Optional;

/** A store that can be started, if it is installed. */
public interface StoreKind {

  /** What it is called in tables. */
  String name();

  /** What has happened to an object's bytes when its PUT is acknowledged. */
  String durability();

  /** How many copies of an object it keeps. */
  default int replicas() {
    return 1;
  }

  /** What is missing here and how to get it; nothing if the store can be started. */
  Optional<String> missing();

  /**
   * Starts it and returns once it answers.
   *
   * @param directory for all that it writes; made
   */
  StoreServer start(Path directory);
}
