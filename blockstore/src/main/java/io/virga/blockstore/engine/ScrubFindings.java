package io.virga.blockstore.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what a scrub finds: the last whole pass and the one that goes on. Thread-safe. */
final class ScrubFindings {

  private static final Logger LOG = LoggerFactory.getLogger(ScrubFindings.class);

  private long passes;
  private long slotsRead;
  private int unreadableBefore;
  private int unreadable;
  private int inconsistentBefore;
  private int inconsistent;
  private String last = "";

  synchronized void slotRead() {
    slotsRead++;
  }

  synchronized void unreadable(String what) {
    LOG.error("scrub: {} cannot be read", what);
    unreadable++;
    last = what + " cannot be read";
  }

  synchronized void inconsistent(String what) {
    LOG.error("scrub: {}", what);
    inconsistent++;
    last = what;
  }

  /** A pass has ended. */
  synchronized void passed() {
    passes++;
    unreadableBefore = unreadable;
    inconsistentBefore = inconsistent;
    unreadable = 0;
    inconsistent = 0;
  }

  synchronized ScrubReport report() {
    return new ScrubReport(
        passes,
        slotsRead,
        Math.max(unreadable, unreadableBefore),
        Math.max(inconsistent, inconsistentBefore),
        last);
  }
}
