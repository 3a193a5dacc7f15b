package io.virga.blockstore.scsi;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.scsi.Operation.Access;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A unit that a copy reads or writes.
 *
 * @param name whoever has the copy made, as the unit knows him
 * @param device the way to it
 */
public record CopyUnit(LogicalUnit unit, NexusName name, BlockDevice device) {

  boolean allows(Access access) {
    return unit.allowsCopy(name, access);
  }

  /** The units that somebody may name in a copy besides the one that he has given it to. */
  @FunctionalInterface
  public interface Reach {

    /** That of none. */
    Reach NOBODY = which -> Optional.empty();

    /** The unit of this identity, if it is one of them. */
    Optional<CopyUnit> find(Predicate<UnitIdentity> which);
  }
}
