package io.virga.computeagent.libvirt;

import io.virga.computeagent.domain.LiveDomain;

/**
 * A domain that is there.
 *
 * @param runId libvirt's number of the domain's present life; -1 when it is not running
 * @param running the devices that the guest has; those of the definition when it is not running
 * @param definition the devices that it will have when it is started next
 */
public record DomainStatus(Phase phase, int runId, LiveDomain running, LiveDomain definition) {

  /** What the domain is doing. */
  public enum Phase {
    /** The processors run. */
    RUNNING(true),
    /** Halted, since it was started so and not let go on yet, or on demand. */
    PAUSED(true),
    /** Halted, since a disk could not do a request; the request is done again when it goes on. */
    PAUSED_BY_DISK(true),
    /** The guest has ended, its QEMU is about to. */
    ENDING(true),
    /** QEMU is there and the guest is not: it cannot go on. */
    CRASHED(true),
    /** Its memory is in a file, from which it goes on at the next start. */
    SAVED(false),
    /** The guest switched itself off. */
    OFF_BY_GUEST(false),
    /** Ended by somebody or by a fault; or never started. */
    OFF(false);

    private final boolean active;

    Phase(boolean active) {
      this.active = active;
    }

    /** Whether there is a QEMU. */
    public boolean active() {
      return active;
    }
  }
}
