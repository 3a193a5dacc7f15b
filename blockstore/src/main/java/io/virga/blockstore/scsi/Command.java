package io.virga.blockstore.scsi;

/** What a command descriptor block asks for. Lengths that are not in bytes are blocks of 512. */
public sealed interface Command {

  int BLOCK_BYTES = 512;
  int BLOCK_SHIFT = 9;

  /** How many bytes of Data-Out it takes. */
  default long dataOutBytes() {
    return 0;
  }

  /** About how much memory it takes while it runs, besides its Data-Out and its Data-In. */
  default long workingBytes() {
    return 0;
  }

  /** Blocks of the medium. */
  record Extent(long lba, long blocks) {

    /** Where it begins, in bytes. */
    public long offset() {
      return lba << BLOCK_SHIFT;
    }

    /** How long it is, in bytes. */
    public long bytes() {
      return blocks << BLOCK_SHIFT;
    }
  }

  record TestUnitReady() implements Command {}

  record RequestSense(boolean descriptor, int allocation) implements Command {}

  record Inquiry(boolean vital, int page, int allocation) implements Command {}

  record ModeSense(boolean ten, int control, int page, int subpage, int allocation)
      implements Command {}

  record ModeSelect(boolean ten, boolean pageFormat, boolean save, int length) implements Command {
    @Override
    public long dataOutBytes() {
      return length;
    }
  }

  record StartStop(int power, boolean loadEject, boolean start) implements Command {}

  record PreventAllow() implements Command {}

  record Reserve() implements Command {}

  record Release() implements Command {}

  record ReportLuns(int select, long allocation) implements Command {}

  record ReadCapacity10() implements Command {}

  record ReadCapacity16(long allocation) implements Command {}

  record Read(Extent extent) implements Command {}

  /** WRITE, and with {@code verify} WRITE AND VERIFY. */
  record Write(Extent extent, boolean durable, int verify) implements Command {
    @Override
    public long workingBytes() {
      return verify == 0 ? 0 : extent.bytes() + Chunks.longestPiece(extent.bytes());
    }

    @Override
    public long dataOutBytes() {
      return extent.blocks << BLOCK_SHIFT;
    }
  }

  record Verify(Extent extent, int compare) implements Command {
    @Override
    public long workingBytes() {
      return dataOutBytes() + Chunks.longestPiece(extent.bytes());
    }

    @Override
    public long dataOutBytes() {
      return switch (compare) {
        case 1 -> extent.blocks << BLOCK_SHIFT;
        case 3 -> BLOCK_BYTES;
        default -> 0;
      };
    }
  }

  record OrWrite(Extent extent, boolean durable) implements Command {
    @Override
    public long workingBytes() {
      return 2 * extent.bytes();
    }

    @Override
    public long dataOutBytes() {
      return extent.blocks << BLOCK_SHIFT;
    }
  }

  record CompareAndWrite(Extent extent, boolean durable) implements Command {
    @Override
    public long workingBytes() {
      return 3 * extent.bytes();
    }

    @Override
    public long dataOutBytes() {
      return extent.blocks << (BLOCK_SHIFT + 1);
    }
  }

  record Prefetch(Extent extent) implements Command {}

  record SynchronizeCache(Extent extent) implements Command {}

  record Unmap(int length) implements Command {
    @Override
    public long dataOutBytes() {
      return length;
    }
  }

  /** WRITE SAME; {@code zeroes} if there is no Data-Out. */
  record WriteSame(Extent extent, boolean unmap, boolean zeroes) implements Command {
    @Override
    public long workingBytes() {
      return zeroes ? 0 : Chunks.longestPiece(extent.blocks == 0 ? Long.MAX_VALUE : extent.bytes());
    }

    @Override
    public long dataOutBytes() {
      return zeroes ? 0 : BLOCK_BYTES;
    }

    /** Its blocks; no number of blocks stands for all to the end. */
    Extent untilEnd(long deviceBytes) {
      long left = Math.max(0, (deviceBytes >>> BLOCK_SHIFT) - extent.lba);
      return extent.blocks > 0 || extent.lba < 0 ? extent : new Extent(extent.lba, left);
    }
  }

  record GetLbaStatus(long lba, long allocation) implements Command {}

  record ReadDefects(boolean twelve, int format, long allocation) implements Command {}

  record PersistentIn(int action, int allocation) implements Command {}

  record PersistentOut(int action, int scope, int type, long length) implements Command {
    @Override
    public long dataOutBytes() {
      return length;
    }
  }

  record ReportTargetPortGroups(boolean extended, long allocation) implements Command {}

  record ReportOperations(
      boolean timeouts, int options, int opcode, int serviceAction, long allocation)
      implements Command {}

  record ReportTaskManagement(boolean extended, long allocation) implements Command {}

  record ExtendedCopy(long length) implements Command {
    @Override
    public long workingBytes() {
      return Chunks.PIECE_BYTES;
    }

    @Override
    public long dataOutBytes() {
      return length;
    }
  }

  record ReceiveCopyResults(int action, int list, long allocation) implements Command {}

  /** SANITIZE; {@code unrestricted} allows to use the unit again if it fails. */
  record Sanitize(int action, boolean immediate, boolean unrestricted, int length)
      implements Command {

    static final int OVERWRITE = 1;
    static final int EXIT_FAILURE_MODE = 0x1f;

    @Override
    public long workingBytes() {
      return Chunks.PIECE_BYTES;
    }

    @Override
    public long dataOutBytes() {
      return length;
    }
  }
}
