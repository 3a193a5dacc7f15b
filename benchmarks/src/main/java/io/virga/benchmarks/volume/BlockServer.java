package io.virga.benchmarks.volume;

import java.util.List;

/** A block server that runs. */
public interface BlockServer extends AutoCloseable {

  /** fio's engine for it, and what tells the engine where the volume is. */
  List<String> fioTarget(Way way);

  /** All processes that work for it. */
  List<ProcessHandle> processes();

  @Override
  void close();
}
