package io.virga.control.operator.supervise;

import java.io.IOException;
import java.util.Optional;

/** Starts processes that outlive the supervisor, and finds those that did. */
public interface Launcher {

  /** Starts the process; returns as soon as it has been forked. */
  Running launch(Plan plan) throws IOException;

  /** The process of an earlier supervisor, if it still runs. */
  Optional<Running> adopt(String name);

  /** Whether the operator wants the process to stay stopped for now. */
  boolean held(String name);
}
