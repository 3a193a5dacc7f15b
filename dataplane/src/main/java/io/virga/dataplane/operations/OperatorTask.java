package io.virga.dataplane.operations;

/**
 * Work that an operator may have a process do now. Both methods may block, {@link #run} for hours.
 */
public interface OperatorTask {

  /** How it goes, also while it runs; becomes JSON. */
  Object status();

  /** Does it once and says what came of it, which becomes JSON. */
  Object run() throws Exception;
}
