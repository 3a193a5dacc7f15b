package io.virga.control.volume.model;

import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A snapshot of a volume, on the same host. Its status follows from what is desired and what its
 * host has said, unless it shows another.
 *
 * @param groupSnapshot that of which it is one
 */
public record Snapshot(
    UUID id,
    String projectId,
    String userId,
    UUID volumeId,
    Optional<UUID> groupSnapshot,
    Volume.Description description,
    Shown shown,
    String host,
    long sizeBytes,
    Desired desired,
    Observed observed,
    Instant createdAt,
    Instant updatedAt) {

  private static final long GIBIBYTE = 1L << 30;
  private static final String AVAILABLE = "available";

  /**
   * What somebody has it show instead of how it is.
   *
   * @param progress in percent, {@code 80%}
   */
  public record Shown(Optional<String> status, Optional<String> progress) {

    public static final Shown NOTHING = new Shown(Optional.empty(), Optional.empty());
  }

  /** What the host is told. */
  public record Desired(Presence presence, long generation) {

    public static final Desired NEW = new Desired(Presence.PRESENT, 1);
  }

  /** What the host has said; generation 0 for nothing yet. */
  public record Observed(long generation, Optional<String> error) {

    public static final Observed NOTHING = new Observed(0, Optional.empty());
  }

  public long sizeGib() {
    return Math.ceilDiv(sizeBytes, GIBIBYTE);
  }

  /**
   * Cinder's word for how it is, or what it was reset to; no reset makes usable what is not there.
   * The column {@code shown_status} is the same.
   */
  public String status() {
    return shown
        .status()
        .filter(status -> !status.equals(AVAILABLE) || trueStatus().equals(AVAILABLE))
        .orElseGet(this::trueStatus);
  }

  /** How much of it is there, in percent. */
  public String progress() {
    return shown.progress().orElseGet(() -> status().equals(AVAILABLE) ? "100%" : "0%");
  }

  private String trueStatus() {
    if (desired.presence() == Presence.ABSENT) {
      return observed.error().isPresent() ? "error_deleting" : "deleting";
    }
    if (observed.generation() > 0) {
      return AVAILABLE;
    }
    return observed.error().isPresent() ? "error" : "creating";
  }

  /** What its host is told of it. */
  public SnapshotSpec spec() {
    return new SnapshotSpec(
        id.toString(), desired.generation(), desired.presence(), volumeId.toString());
  }

  public Snapshot described(Volume.Description changed) {
    return with(changed, shown, desired);
  }

  /** The same snapshot showing another status; its own if it has that anyway. */
  public Snapshot showing(String status, Optional<String> progress) {
    Optional<String> other = Optional.of(status).filter(s -> !s.equals(trueStatus()));
    return with(description, new Shown(other, progress), desired);
  }

  /** The same snapshot, to be removed, and showing that. */
  public Snapshot absent() {
    return with(description, Shown.NOTHING, new Desired(Presence.ABSENT, desired.generation() + 1));
  }

  private Snapshot with(Volume.Description changed, Shown showing, Desired wanted) {
    return new Snapshot(
        id,
        projectId,
        userId,
        volumeId,
        groupSnapshot,
        changed,
        showing,
        host,
        sizeBytes,
        wanted,
        observed,
        createdAt,
        updatedAt);
  }
}
