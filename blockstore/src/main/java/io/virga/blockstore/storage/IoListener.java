package io.virga.blockstore.storage;

/** Told once, on the pool's loop, how a file operation ended. */
@FunctionalInterface
public interface IoListener {

  /** {@code ok} is false if any byte was not read, written or made durable. */
  void done(boolean ok);
}
