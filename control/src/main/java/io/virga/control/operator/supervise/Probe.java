package io.virga.control.operator.supervise;

/** Asks a process how it is. May block for a second or two; any failure is a {@link Health}. */
@FunctionalInterface
public interface Probe {
  Health check();
}
