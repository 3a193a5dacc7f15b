package io.virga.control.database;

/**
 * Where a statement can be run: a {@link Transaction}, or the {@link Database} for a single one.
 */
public interface Session {

  /** A statement with named parameters, {@code :name}. Nothing runs before it is subscribed to. */
  Statement sql(String text);
}
