package io.virga.dataplane.desired;

import java.util.List;
import java.util.Optional;

/**
 * A volume on a blockstore.
 *
 * @param sizeBytes the size that guests see; a multiple of 4096; grows, never shrinks
 * @param source what it starts as; looked at only when the volume is first made
 * @param exports the names under which it may be opened now; a name that is gone from here is
 *     closed
 * @param limits what all its exports together may do; nothing is limited if absent
 */
public record VolumeSpec(
    String id,
    long generation,
    Presence presence,
    long sizeBytes,
    VolumeSource source,
    List<ExportSpec> exports,
    Optional<IoLimits> limits)
    implements DesiredState {

  public VolumeSpec {
    exports = List.copyOf(exports);
  }
}
