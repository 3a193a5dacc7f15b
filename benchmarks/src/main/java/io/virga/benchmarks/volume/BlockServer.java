package io.virga.benchmarks.volume;

import java.util.List;

/** A block server that runs, and the one of its volumes that clients are led to. */
public interface BlockServer extends AutoCloseable {

  /** Where the volume is, as clients of this way are told. */
  String uri(Way way);

  /** All processes that work for it. */
  List<ProcessHandle> processes();

  @Override
  void close();
}
