package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/** What a unit reports of itself: capacity, LUNs, commands, target port groups, defects. */
final class UnitReports {

  private static final int THIN_READING_ZEROS = 0xc000;
  private static final int PHYSICAL_EXPONENT = 3;
  private static final int TIMEOUT_BYTES = 12;
  private static final int ACTIVE_PREFERRED = 0x80;
  private static final int STANDBY_NONE_ACTIVE_ONLY = 0x01;

  private UnitReports() {}

  static void capacity10(long blocks, ByteBuf out) {
    long last = Math.min(blocks - 1, 0xffffffffL);
    out.writeInt((int) last).writeInt(Command.BLOCK_BYTES);
  }

  static void capacity16(long blocks, ByteBuf out) {
    out.writeLong(blocks - 1).writeInt(Command.BLOCK_BYTES).writeByte(0);
    out.writeByte(PHYSICAL_EXPONENT).writeShort(THIN_READING_ZEROS).writeZero(16);
  }

  /**
   * The list of units of a target, which is LUN 0 but for well-known ones, of which there is none.
   */
  static void luns(int select, ByteBuf out) {
    boolean some = select == 0 || select == 2;
    out.writeInt(some ? Long.BYTES : 0).writeInt(0);
    if (some) {
      out.writeLong(0);
    }
  }

  static void targetPortGroups(boolean extended, ByteBuf out) {
    out.writeInt(extended ? 16 : 12);
    if (extended) {
      out.writeByte(0x10).writeZero(3);
    }
    out.writeByte(ACTIVE_PREFERRED).writeByte(STANDBY_NONE_ACTIVE_ONLY);
    out.writeShort(UnitIdentity.TARGET_PORT).writeByte(0).writeByte(0).writeByte(0).writeByte(1);
    out.writeInt(UnitIdentity.TARGET_PORT);
  }

  /** ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET, TARGET RESET. */
  static void taskManagement(boolean extended, ByteBuf out) {
    out.writeByte(0xda).writeByte(0).writeByte(0).writeByte(extended ? 12 : 0);
    out.writeZero(extended ? 12 : 0);
  }

  /** No defects, in the format that was asked for. */
  static void defects(Command.ReadDefects command, ByteBuf out) {
    out.writeByte(0).writeByte(command.format());
    if (command.twelve()) {
      out.writeShort(0).writeInt(0);
    } else {
      out.writeShort(0);
    }
  }

  /** All commands. */
  static void operations(boolean timeouts, ByteBuf out) {
    List<Operation> all = Operations.all();
    out.writeInt(all.size() * (8 + (timeouts ? TIMEOUT_BYTES : 0)));
    for (Operation each : all) {
      boolean action = each.serviceAction() != Operation.NO_ACTION;
      out.writeByte(each.opcode()).writeByte(0).writeShort(action ? each.serviceAction() : 0);
      out.writeByte(0).writeByte((timeouts ? 2 : 0) | (action ? 1 : 0));
      out.writeShort(each.lengthBytes());
      writeTimeouts(timeouts, out);
    }
  }

  private static void writeTimeouts(boolean timeouts, ByteBuf out) {
    if (timeouts) {
      out.writeShort(TIMEOUT_BYTES - 2).writeZero(TIMEOUT_BYTES - 2);
    }
  }

  /** One command; answers false if the options do not go with the code. */
  static boolean operation(Command.ReportOperations command, ByteBuf out) {
    int opcode = command.opcode();
    boolean actions = Operations.hasActions(opcode);
    boolean right =
        switch (command.options()) {
          case 1 -> !actions;
          case 2 -> actions || !Operations.knows(opcode);
          case 3 -> true;
          default -> false;
        };
    if (!right) {
      return false;
    }
    boolean fits = command.options() != 3 || actions || command.serviceAction() == 0;
    Optional<Operation> found =
        fits ? Operations.find(opcode, command.serviceAction()) : Optional.empty();
    if (found.isEmpty()) {
      out.writeByte(0).writeByte(1).writeShort(0);
      return true;
    }
    byte[] usage = found.get().usage().clone();
    if (actions) {
      usage[0] = (byte) (usage[0] & 0xe0 | found.get().serviceAction());
    }
    out.writeByte(0).writeByte(3 | (command.timeouts() ? 0x80 : 0)).writeShort(1 + usage.length);
    out.writeByte(opcode).writeBytes(usage);
    writeTimeouts(command.timeouts(), out);
    return true;
  }
}
