package io.virga.computeagent.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the agent remembers of one instance between two looks: times alone, all of which may be lost
 * at any moment without doing harm. Used by whoever reconciles the instance, one at a time; only
 * {@link #guestRebooted()} comes from elsewhere.
 */
final class InstanceMemory {

  private static final Duration STEADY = Duration.ofMinutes(1);
  private static final Duration MAX_CRASH_DELAY = Duration.ofMinutes(5);
  private static final int MAX_DOUBLINGS = 9;

  private Optional<Instant> shutdownAskedFirst = Optional.empty();
  private Optional<Instant> shutdownAskedLast = Optional.empty();
  private Optional<Instant> softRebootDeadline = Optional.empty();
  private Instant softRebootAskedLast = Instant.MIN;
  private final Map<String, Instant> detachAskedFirst = new HashMap<>();
  private final Map<String, Instant> detachAskedLast = new HashMap<>();
  private Reconnecting reconnecting = new Reconnecting(-1, new HashSet<>(), new HashSet<>());
  private Optional<Instant> lastStart = Optional.empty();
  private int crashes;
  private boolean secretsKept = true;
  private volatile boolean rebooted;

  /** The guest was asked to shut down. */
  void shutdownAsked(Instant now) {
    shutdownAskedFirst = Optional.of(shutdownAskedFirst.orElse(now));
    shutdownAskedLast = Optional.of(now);
  }

  Optional<Instant> shutdownAskedFirst() {
    return shutdownAskedFirst;
  }

  Optional<Instant> shutdownAskedLast() {
    return shutdownAskedLast;
  }

  void shutdownDone() {
    shutdownAskedFirst = Optional.empty();
    shutdownAskedLast = Optional.empty();
  }

  /** The guest is asked to reboot for the first time, and has time until then. */
  void softRebootBegun(Instant deadline) {
    rebooted = false;
    softRebootDeadline = Optional.of(deadline);
  }

  /** The guest was asked to reboot. */
  void softRebootAsked(Instant now) {
    softRebootAskedLast = now;
  }

  Instant softRebootAskedLast() {
    return softRebootAskedLast;
  }

  /** libvirt has seen the guest reboot; from any thread. */
  void guestRebooted() {
    rebooted = true;
  }

  /** Until when a reboot is waited for, if one is. */
  Optional<Instant> softRebootDeadline() {
    if (rebooted) {
      softRebootDeadline = Optional.empty();
    }
    return softRebootDeadline;
  }

  /** A guest was started or found running: what was asked of its last life is void. */
  void started(Instant now) {
    if (lastStart.isPresent() && Duration.between(lastStart.get(), now).compareTo(STEADY) > 0) {
      crashes = 0;
    }
    lastStart = Optional.of(now);
    softRebootDeadline = Optional.empty();
    detachAskedFirst.clear();
    detachAskedLast.clear();
    shutdownDone();
  }

  /** When a guest that has crashed may be started again: at once, then ever later. */
  Instant restartNotBefore(Instant now) {
    if (lastStart.isEmpty() || crashes == 0) {
      return now;
    }
    Duration delay = Duration.ofSeconds(1L << Math.min(crashes, MAX_DOUBLINGS));
    return lastStart.get().plus(delay.compareTo(MAX_CRASH_DELAY) > 0 ? MAX_CRASH_DELAY : delay);
  }

  /** Whether libvirt may know secrets of the instance. */
  boolean secretsKept() {
    return secretsKept;
  }

  void secretsKept(boolean may) {
    secretsKept = may;
  }

  void crashed() {
    crashes++;
  }

  /** Whether a device may be asked back of the guest, which is not asked at every look. */
  boolean mayAskToDetach(String device, Instant now) {
    return detachAskedLast(device)
        .filter(last -> now.isBefore(last.plus(DiskConvergence.ASK_AGAIN)))
        .isEmpty();
  }

  /** A device was asked back of the guest. */
  void detachAsked(String device, Instant now) {
    detachAskedFirst.putIfAbsent(device, now);
    detachAskedLast.put(device, now);
  }

  Optional<Instant> detachAskedFirst(String device) {
    return Optional.ofNullable(detachAskedFirst.get(device));
  }

  Optional<Instant> detachAskedLast(String device) {
    return Optional.ofNullable(detachAskedLast.get(device));
  }

  /** The disks of that life of the domain whose QEMU waits for a blockstore that is away. */
  Reconnecting reconnecting(int runId) {
    if (reconnecting.runId() != runId) {
      reconnecting = new Reconnecting(runId, new HashSet<>(), new HashSet<>());
    }
    return reconnecting;
  }

  /**
   * The disks, by libvirt's numbers, for which QEMU was told to wait, in one life of a domain.
   *
   * @param begun something of it may have been done
   * @param done it has been done
   */
  record Reconnecting(int runId, Set<Integer> begun, Set<Integer> done) {}
}
