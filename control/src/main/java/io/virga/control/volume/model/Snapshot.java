package io.virga.control.volume.model;

import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A snapshot of a volume, on the same host. */
public record Snapshot(
    UUID id,
    String projectId,
    String userId,
    UUID volumeId,
    Volume.Description description,
    String host,
    long sizeBytes,
    Desired desired,
    Observed observed,
    Instant createdAt,
    Instant updatedAt) {

  private static final long GIBIBYTE = 1L << 30;

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

  /** Cinder's word for how it is. */
  public String status() {
    if (desired.presence() == Presence.ABSENT) {
      return observed.error().isPresent() ? "error_deleting" : "deleting";
    }
    if (observed.generation() > 0) {
      return "available";
    }
    return observed.error().isPresent() ? "error" : "creating";
  }

  /** What its host is told of it. */
  public SnapshotSpec spec() {
    return new SnapshotSpec(
        id.toString(), desired.generation(), desired.presence(), volumeId.toString());
  }

  public Snapshot described(Volume.Description changed) {
    return with(changed, desired);
  }

  /** The same snapshot, to be removed. */
  public Snapshot absent() {
    return with(description, new Desired(Presence.ABSENT, desired.generation() + 1));
  }

  private Snapshot with(Volume.Description changed, Desired wanted) {
    return new Snapshot(
        id, projectId, userId, volumeId, changed, host, sizeBytes, wanted, observed, createdAt,
        updatedAt);
  }
}
