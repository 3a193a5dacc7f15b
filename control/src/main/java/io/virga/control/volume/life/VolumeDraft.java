package io.virga.control.volume.life;

import io.virga.control.volume.model.Volume;
import java.util.Optional;
import java.util.UUID;

/**
 * A volume as it was asked for.
 *
 * @param sizeGib that of the source if absent
 * @param type a name or an id; that of the source, or the default, if absent
 * @param group to which it shall come
 */
public record VolumeDraft(
    Volume.Description description,
    Optional<Long> sizeGib,
    Optional<String> type,
    Source source,
    Optional<UUID> group) {

  /** One that is in no group. */
  public VolumeDraft(
      Volume.Description description,
      Optional<Long> sizeGib,
      Optional<String> type,
      Source source) {
    this(description, sizeGib, type, source, Optional.empty());
  }

  /** What it shall hold at first. */
  public sealed interface Source {

    record Nothing() implements Source {}

    record OfImage(String id) implements Source {}

    record OfSnapshot(String id) implements Source {}

    record OfVolume(String id) implements Source {}
  }
}
