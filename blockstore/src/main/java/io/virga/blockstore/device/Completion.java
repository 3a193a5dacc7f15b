package io.virga.blockstore.device;

/** Told once, on the device's event loop, when an operation has ended. */
@FunctionalInterface
public interface Completion {

  /** The operation has ended; buffers that it was given are the caller's again. */
  void done(Outcome outcome);
}
