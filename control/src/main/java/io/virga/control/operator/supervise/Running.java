package io.virga.control.operator.supervise;

import java.util.Optional;

/** A process that was started or adopted. Any thread. */
public interface Running {

  long pid();

  boolean alive();

  /** How it ended, where that can be known: an adopted process tells nobody. */
  Optional<String> ending();

  /** Sends {@code TERM}, {@code INT} or {@code KILL}; nothing if it has ended. */
  void signal(String name);
}
