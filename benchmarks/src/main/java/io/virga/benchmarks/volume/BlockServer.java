package io.virga.benchmarks.volume;

import java.util.List;
import java.util.Map;

/** A block server that runs, and the one of its volumes that clients are led to. */
public interface BlockServer extends AutoCloseable {

  /** Where the volume is, as clients of this way are told. */
  String uri(Way way);

  /** What clients are to find in their environment: how to log in. */
  default Map<String, String> clientEnvironment() {
    return Map.of();
  }

  /** All processes that work for it. */
  List<ProcessHandle> processes();

  @Override
  void close();
}
