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
 * @param revert the last time that its contents were to become a snapshot's; done once for each
 *     number of a request
 * @param limits what all its exports together may do; nothing is limited if absent
 */
public record VolumeSpec(
    String id,
    long generation,
    Presence presence,
    long sizeBytes,
    VolumeSource source,
    List<ExportSpec> exports,
    Optional<Revert> revert,
    Optional<IoLimits> limits)
    implements DesiredState {

  public VolumeSpec {
    exports = List.copyOf(exports);
  }

  /**
   * A return to a snapshot. Control asks for it only while there are no exports, and opens none
   * before it was told that the generation has been brought about.
   *
   * @param request grows from one to the next; from 1
   */
  public record Revert(String snapshotId, long request) {}
}
