package io.virga.objectstore.http.server;

import java.time.Duration;

/**
 * Whether a client gets on with its part. Looked at now and then, so that a request costs no timer:
 * a client is found out late by the time between two looks.
 */
final class Progress {

  private final long idleNanos;
  private long sinceNanos = System.nanoTime();
  private long pending;
  private boolean made;

  Progress(Duration idle) {
    this.idleNanos = idle.toNanos();
  }

  /** Something came. */
  void made() {
    made = true;
  }

  /**
   * Whether nothing has happened for too long.
   *
   * @param onClient whether it is the client that is waited for
   * @param pendingBytes what it has not taken; less than before is progress
   */
  boolean isStuck(boolean onClient, long pendingBytes) {
    long now = System.nanoTime();
    if (made || !onClient || pendingBytes != pending) {
      made = false;
      pending = pendingBytes;
      sinceNanos = now;
      return false;
    }
    return now - sinceNanos >= idleNanos;
  }
}
