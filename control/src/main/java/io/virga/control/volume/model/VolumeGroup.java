package io.virga.control.volume.model;

import io.virga.control.fault.ApiFault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A group of volumes.
 *
 * @param volumeTypes the ids of those that its volumes may have
 * @param volumes the ids of those that are in it, the oldest first
 * @param source what its first volumes are made of
 * @param status Cinder's word for how it is
 */
public record VolumeGroup(
    UUID id,
    String projectId,
    String userId,
    Named named,
    UUID typeId,
    List<String> volumeTypes,
    List<UUID> volumes,
    Source source,
    String status,
    Instant createdAt) {

  public VolumeGroup {
    volumeTypes = List.copyOf(volumeTypes);
    volumes = List.copyOf(volumes);
  }

  /** What its owner says of it. */
  public record Named(String name, String text) {}

  /** One of them at most. */
  public record Source(Optional<UUID> groupSnapshot, Optional<UUID> group) {

    public static final Source NOTHING = new Source(Optional.empty(), Optional.empty());
  }

  /**
   * Refuses a new volume of another type, or in a group that goes.
   *
   * @throws ApiFault bad request
   */
  public void requireUsable(UUID type) {
    if (!status.equals("available") && !status.equals("creating")) {
      throw ApiFault.badRequest("Invalid Group: the group %s is %s.".formatted(id, status));
    }
    requireType(type);
  }

  /**
   * Refuses volumes of another type.
   *
   * @throws ApiFault bad request
   */
  public void requireType(UUID type) {
    if (!volumeTypes.contains(type.toString())) {
      throw ApiFault.badRequest(
          "Invalid volume: the group %s is for volumes of the types %s, not of %s."
              .formatted(id, volumeTypes, type));
    }
  }
}
