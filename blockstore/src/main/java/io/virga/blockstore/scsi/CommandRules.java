package io.virga.blockstore.scsi;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.scsi.Command.Extent;

/** What a command must keep to before it may run: bounds, limits, state of the unit. */
final class CommandRules {

  private static final int PATTERN_HEADER_BYTES = 4;

  private CommandRules() {}

  /** Why the command is refused, or {@link Sense#NONE}. */
  static Sense check(Command command, BlockDevice device, boolean stopped, ModePages modes) {
    boolean readOnly = device.readOnly() || modes.writeProtected();
    return switch (command) {
      case Command.Read c -> medium(c.extent(), UnitLimits.TRANSFER_BLOCKS, device, stopped);
      case Command.Write c -> {
        Sense sense = change(c.extent(), UnitLimits.TRANSFER_BLOCKS, device, stopped, readOnly);
        yield (c.verify() & 2) != 0 ? Sense.INVALID_FIELD_IN_CDB : sense;
      }
      case Command.Verify c -> {
        Sense sense = medium(c.extent(), UnitLimits.TRANSFER_BLOCKS, device, stopped);
        yield c.compare() == 2 ? Sense.INVALID_FIELD_IN_CDB : sense;
      }
      case Command.OrWrite c ->
          change(c.extent(), UnitLimits.TRANSFER_BLOCKS, device, stopped, readOnly);
      case Command.CompareAndWrite c ->
          change(c.extent(), UnitLimits.COMPARE_AND_WRITE_BLOCKS, device, stopped, readOnly);
      case Command.Prefetch c -> medium(c.extent(), UnitLimits.PREFETCH_BLOCKS, device, stopped);
      case Command.SynchronizeCache c -> medium(c.extent(), Long.MAX_VALUE, device, stopped);
      case Command.WriteSame c -> {
        Extent extent = c.untilEnd(device.sizeBytes());
        Sense sense = change(extent, UnitLimits.WRITE_SAME_BLOCKS, device, stopped, readOnly);
        yield sense.key() == 0 && extent.blocks() == 0 ? Sense.OUT_OF_RANGE : sense;
      }
      case Command.GetLbaStatus c -> medium(new Extent(c.lba(), 1), 1, device, stopped);
      case Command.Unmap c -> changesUnit(stopped, readOnly);
      case Command.ExtendedCopy c ->
          c.length() > UnitLimits.PARAMETER_BYTES
              ? Sense.PARAMETER_LIST_LENGTH
              : changesUnit(stopped, readOnly);
      case Command.Sanitize c -> sanitize(c, stopped, readOnly);
      case Command.PersistentOut c ->
          c.length() > UnitLimits.PARAMETER_BYTES ? Sense.PARAMETER_LIST_LENGTH : Sense.NONE;
      case Command.TestUnitReady c -> stopped ? Sense.STOPPED : Sense.NONE;
      case Command.StartStop c -> c.loadEject() ? Sense.INVALID_FIELD_IN_CDB : Sense.NONE;
      case Command.RequestSense c -> Sense.NONE;
      case Command.Inquiry c -> Sense.NONE;
      case Command.ModeSense c -> Sense.NONE;
      case Command.ModeSelect c -> Sense.NONE;
      case Command.PreventAllow c -> Sense.NONE;
      case Command.Reserve c -> Sense.NONE;
      case Command.Release c -> Sense.NONE;
      case Command.ReportLuns c -> Sense.NONE;
      case Command.ReadCapacity10 c -> Sense.NONE;
      case Command.ReadCapacity16 c -> Sense.NONE;
      case Command.ReadDefects c -> Sense.NONE;
      case Command.PersistentIn c -> Sense.NONE;
      case Command.ReportTargetPortGroups c -> Sense.NONE;
      case Command.ReportOperations c -> Sense.NONE;
      case Command.ReportTaskManagement c -> Sense.NONE;
      case Command.ReceiveCopyResults c -> Sense.NONE;
    };
  }

  /**
   * Whether there is as much Data-Out as the command takes. WRITE does with less; commands for
   * whose meaning all of it counts do not with more either.
   */
  static Sense checkData(Command command, Task task) {
    long announced = task.announcedBytes();
    return switch (command) {
      case Command.Write c -> Sense.NONE;
      case Command.CompareAndWrite c when c.extent().blocks() == 0 ->
          announced < 2 * Command.BLOCK_BYTES ? Sense.NONE : Sense.INVALID_FIELD_IN_CDB;
      case Command.CompareAndWrite c -> exactly(announced, c.dataOutBytes());
      case Command.WriteSame c -> exactly(announced, c.dataOutBytes());
      default ->
          task.dataOut().lengthBytes() < command.dataOutBytes()
              ? Sense.INVALID_INFORMATION_UNIT
              : Sense.NONE;
    };
  }

  private static Sense exactly(long announced, long needed) {
    return announced == needed ? Sense.NONE : Sense.INVALID_INFORMATION_UNIT;
  }

  private static Sense changesUnit(boolean stopped, boolean readOnly) {
    if (stopped) {
      return Sense.STOPPED;
    }
    return readOnly ? Sense.WRITE_PROTECTED : Sense.NONE;
  }

  private static Sense change(
      Extent extent, long mostBlocks, BlockDevice device, boolean stopped, boolean readOnly) {
    Sense sense = medium(extent, mostBlocks, device, stopped);
    return sense.key() == 0 && readOnly ? Sense.WRITE_PROTECTED : sense;
  }

  private static Sense medium(Extent extent, long mostBlocks, BlockDevice device, boolean stopped) {
    if (stopped) {
      return Sense.STOPPED;
    }
    if (!UnitLimits.isInside(extent, device.sizeBytes())) {
      return Sense.OUT_OF_RANGE;
    }
    return extent.blocks() > mostBlocks ? Sense.INVALID_FIELD_IN_CDB : Sense.NONE;
  }

  private static Sense sanitize(Command.Sanitize command, boolean stopped, boolean readOnly) {
    boolean overwrites = command.action() == Command.Sanitize.OVERWRITE;
    boolean fits =
        command.length() > PATTERN_HEADER_BYTES
            && command.length() <= PATTERN_HEADER_BYTES + Command.BLOCK_BYTES;
    if (overwrites && !fits) {
      return Sense.INVALID_FIELD_IN_CDB;
    }
    return changesUnit(stopped, readOnly);
  }
}
