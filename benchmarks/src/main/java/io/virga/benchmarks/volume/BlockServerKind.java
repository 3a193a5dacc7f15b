package io.virga.benchmarks.volume;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A block server that can be started, if it is installed. */
public interface BlockServerKind {

  /** What it is called in tables. */
  String name();

  /** Where the blocks are, and what a flush does to them. */
  String durability();

  /** Whether the blocks are in files, not in memory alone. */
  boolean fileBacked();

  /** How it can be reached. */
  default Set<Way> ways() {
    return Way.NBD;
  }

  /** What is missing here and how to get it; nothing if the server can be started. */
  Optional<String> missing();

  /**
   * Starts it with a volume and returns once it answers.
   *
   * @param directory for all that it writes; there, and empty
   */
  BlockServer start(Path directory, long sizeBytes);
}
