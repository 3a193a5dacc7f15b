package io.virga.control.volume.model;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A type of volumes.
 *
 * @param isPublic for every project, not only for those that were given access
 * @param qosId what limits its volumes
 * @param qos the specs of that; none if there is none
 */
public record VolumeType(
    UUID id,
    Description description,
    boolean isPublic,
    Map<String, String> extraSpecs,
    Optional<UUID> qosId,
    Map<String, String> qos) {

  /** The type of a volume that asks for none. It cannot be deleted. */
  public static final UUID DEFAULT_ID = UUID.fromString("6f3a2c7e-0b1d-4a55-9a34-2d1c5b7e9f01");

  public VolumeType {
    extraSpecs = Map.copyOf(extraSpecs);
    qos = Map.copyOf(qos);
  }

  /** What it is called, and what an administrator says of it. */
  public record Description(String name, Optional<String> text) {}

  public String name() {
    return description.name();
  }

  public boolean isDefault() {
    return id.equals(DEFAULT_ID);
  }

  /** The same type under another description. */
  public VolumeType described(Description changed, boolean forEveryone) {
    return new VolumeType(id, changed, forEveryone, extraSpecs, qosId, qos);
  }

  /** The same type with other extra specs. */
  public VolumeType specified(Map<String, String> specs) {
    return new VolumeType(id, description, isPublic, specs, qosId, qos);
  }
}
