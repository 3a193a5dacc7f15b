package io.virga.blockstore.device;

/** How an operation on a block device ended. */
public enum Outcome {
  OK,
  /** The storage below failed, or an image could not be fetched in time. */
  IO_ERROR,
  /** The pool is full. */
  NO_SPACE,
  /** The device is read-only. */
  NOT_PERMITTED,
  /** Out of bounds, or not supported with these flags. */
  INVALID,
  /** The caller asked for a fast way and there is none. */
  NOT_SUPPORTED,
  /** The device was closed. */
  SHUT_DOWN;

  /** The first of two that is not OK. */
  public Outcome and(Outcome other) {
    return this == OK ? other : this;
  }
}
