package io.virga.benchmarks.volume;

import java.util.List;

/** A block server that runs. */
public interface BlockServer extends AutoCloseable {

  /** fio's engine for it, and what tells the engine where the volume is. */
  List<String> fioTarget(Way way);

  /** All processes that work for it. */
  List<ProcessHandle> processes();

  /** The same processes, by another of their volumes; only one of the two is to be closed. */
  default BlockServer serving(String volume) {
    throw new UnsupportedOperationException("this server has one volume, not " + volume);
  }

  @Override
  void close();
}
