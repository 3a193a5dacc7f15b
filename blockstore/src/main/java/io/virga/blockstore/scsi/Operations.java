package io.virga.blockstore.scsi;

import io.virga.blockstore.scsi.Command.Extent;
import io.virga.blockstore.scsi.Operation.Access;
import java.util.List;
import java.util.Optional;

/** All commands that a unit has (SPC-4, SBC-3): what decodes them is what it reports of them. */
final class Operations {

  private static final String LBA4 = "ffffffff";
  private static final String LBA8 = "ffffffffffffffff";
  private static final String NO8 = "0000000000000000";

  private static final List<Operation> PRIMARY =
      List.of(
          any(0x00, "00 0000 00 00", c -> new Command.TestUnitReady()),
          any(0x03, "01 0000 ff 00", c -> new Command.RequestSense(c.bit(1, 1), c.u8(4))),
          any(0x12, "01 ff ffff 00", c -> new Command.Inquiry(c.bit(1, 1), c.u8(2), c.u16(3))),
          write(0x15, "11 0000 ff 00", c -> modeSelect(c, false, c.u8(4))),
          write(0x55, "11 0000000000 ffff 00", c -> modeSelect(c, true, c.u16(7))),
          read(0x1a, "08 ff ff ff 00", c -> modeSense(c, false, c.u8(4))),
          read(0x5a, "18 ff ff 000000 ffff 00", c -> modeSense(c, true, c.u16(7))),
          write(0x16, "00 0000 00 00", c -> new Command.Reserve()),
          any(0x17, "00 0000 00 00", c -> new Command.Release()),
          write(0x1b, "01 00 0f f7 00", Operations::startStop),
          any(0x1e, "00 0000 03 00", c -> new Command.PreventAllow()),
          any(0xa0, "00 ff 000000 ffffffff 00 00", c -> new Command.ReportLuns(c.u8(2), c.u32(6))),
          action(0xa3, 0x0a, Access.ANY, "ff 00000000 ffffffff 00 00", Operations::portGroups),
          action(0xa3, 0x0c, Access.ANY, "1f 87 ffffff ffffffff 00 00", Operations::reportCodes),
          action(0xa3, 0x0d, Access.ANY, "1f 80 000000 ffffffff 00 00", Operations::taskFunctions),
          persistentIn(0),
          persistentIn(1),
          persistentIn(2),
          persistentIn(3),
          persistentOut(0),
          persistentOut(1),
          persistentOut(2),
          persistentOut(3),
          persistentOut(4),
          persistentOut(5),
          persistentOut(6),
          persistentOut(7),
          action(0x83, 0, Access.WRITE, "1f" + NO8 + "ffffffff 00 00", Operations::extendedCopy),
          action(0x84, 0, Access.READ, "1f ff 00000000000000 ffffffff 00 00", Operations::results),
          action(0x84, 3, Access.READ, "1f ff 00000000000000 ffffffff 00 00", Operations::results));

  private static final List<Operation> BLOCK =
      List.of(
          read(0x08, "1f ffff ff 00", c -> new Command.Read(six(c))),
          read(0x28, "1e" + LBA4 + "3f ffff 00", c -> new Command.Read(ten(c))),
          read(0xa8, "1e" + LBA4 + "ffffffff 3f 00", c -> new Command.Read(twelve(c))),
          read(0x88, "1e" + LBA8 + "ffffffff 3f 00", c -> new Command.Read(sixteen(c))),
          write(0x0a, "1f ffff ff 00", c -> new Command.Write(six(c), false, 0)),
          write(0x2a, "1a" + LBA4 + "3f ffff 00", c -> new Command.Write(ten(c), fua(c), 0)),
          write(0xaa, "1a" + LBA4 + "ffffffff 3f 00", c -> writeOf(c, twelve(c))),
          write(0x8a, "1a" + LBA8 + "ffffffff 3f 00", c -> writeOf(c, sixteen(c))),
          write(0x2e, "16" + LBA4 + "3f ffff 00", c -> writeAndVerify(c, ten(c))),
          write(0xae, "16" + LBA4 + "ffffffff 3f 00", c -> writeAndVerify(c, twelve(c))),
          write(0x8e, "16" + LBA8 + "ffffffff 3f 00", c -> writeAndVerify(c, sixteen(c))),
          read(0x2f, "16" + LBA4 + "3f ffff 00", c -> verify(c, ten(c))),
          read(0xaf, "16" + LBA4 + "ffffffff 3f 00", c -> verify(c, twelve(c))),
          read(0x8f, "16" + LBA8 + "ffffffff 3f 00", c -> verify(c, sixteen(c))),
          any(0x25, "00 00000000 0000 00 00", c -> new Command.ReadCapacity10()),
          action(0x9e, 0x10, Access.ANY, "1f" + NO8 + "ffffffff 00 00", Operations::capacity16),
          action(0x9e, 0x12, Access.READ, "1f" + LBA8 + "ffffffff 00 00", Operations::lbaStatus),
          read(0x34, "02" + LBA4 + "3f ffff 00", c -> new Command.Prefetch(ten(c))),
          read(0x90, "02" + LBA8 + "ffffffff 3f 00", c -> new Command.Prefetch(sixteen(c))),
          write(0x35, "06" + LBA4 + "3f ffff 00", c -> new Command.SynchronizeCache(ten(c))),
          write(0x91, "06" + LBA8 + "ffffffff 3f 00", c -> synchronize(c)),
          write(0x42, "00 00000000 3f ffff 00", c -> new Command.Unmap(c.u16(7))),
          write(0x41, "08" + LBA4 + "3f ffff 00", c -> writeSame(c, ten(c), false)),
          write(0x93, "09" + LBA8 + "ffffffff 3f 00", c -> writeSame(c, sixteen(c), c.bit(1, 1))),
          write(0x89, "1a" + LBA8 + "000000 ff 3f 00", Operations::compareAndWrite),
          write(0x8b, "1a" + LBA8 + "ffffffff 3f 00", c -> orWrite(c)),
          read(0x37, "00 1f 00000000 ffff 00", Operations::defects10),
          read(0xb7, "1f ffffffff ffffffff 00 00", Operations::defects12),
          action(0x48, 1, Access.WRITE, "bf 0000000000 ffff 00", Operations::sanitize),
          action(0x48, 2, Access.WRITE, "bf 0000000000 0000 00", Operations::sanitize),
          action(0x48, 0x1f, Access.WRITE, "9f 0000000000 0000 00", Operations::sanitize));

  private static final Operation[][] BY_OPCODE = byOpcode();

  private Operations() {}

  /** All, in no order. */
  static List<Operation> all() {
    return java.util.stream.Stream.concat(PRIMARY.stream(), BLOCK.stream()).toList();
  }

  /** Whether there is a command of the code. */
  static boolean knows(int opcode) {
    return BY_OPCODE[opcode].length > 0;
  }

  /** Whether the code says all only with a service action. */
  static boolean hasActions(int opcode) {
    return knows(opcode) && BY_OPCODE[opcode][0].serviceAction() != Operation.NO_ACTION;
  }

  /** The operation, if there is such. */
  static Optional<Operation> find(int opcode, int serviceAction) {
    for (Operation operation : BY_OPCODE[opcode]) {
      int action = operation.serviceAction();
      if (action == Operation.NO_ACTION || action == serviceAction) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  private static Operation[][] byOpcode() {
    Operation[][] table = new Operation[256][];
    for (int code = 0; code < table.length; code++) {
      int opcode = code;
      table[code] = all().stream().filter(o -> o.opcode() == opcode).toArray(Operation[]::new);
    }
    return table;
  }

  private static Operation any(int opcode, String usage, Operation.Decoder decoder) {
    return Operation.of(opcode, Operation.NO_ACTION, usage, Access.ANY, decoder);
  }

  private static Operation read(int opcode, String usage, Operation.Decoder decoder) {
    return Operation.of(opcode, Operation.NO_ACTION, usage, Access.READ, decoder);
  }

  private static Operation write(int opcode, String usage, Operation.Decoder decoder) {
    return Operation.of(opcode, Operation.NO_ACTION, usage, Access.WRITE, decoder);
  }

  private static Operation action(
      int opcode, int action, Access access, String usage, Operation.Decoder decoder) {
    return Operation.of(opcode, action, usage, access, decoder);
  }

  private static Operation persistentIn(int action) {
    return action(
        0x5e,
        action,
        Access.ANY,
        "1f 0000000000 ffff 00",
        c -> new Command.PersistentIn(c.serviceAction(), c.u16(7)));
  }

  private static Operation persistentOut(int action) {
    return action(
        0x5f,
        action,
        Access.ANY,
        "1f ff 0000 ffffffff 00",
        c -> new Command.PersistentOut(c.serviceAction(), c.u8(2) >> 4, c.u8(2) & 15, c.u32(5)));
  }

  private static Extent six(Cdb c) {
    return new Extent(c.u24(1) & 0x1fffff, c.u8(4) == 0 ? 256 : c.u8(4));
  }

  private static Extent ten(Cdb c) {
    return new Extent(c.u32(2), c.u16(7));
  }

  private static Extent twelve(Cdb c) {
    return new Extent(c.u32(2), c.u32(6));
  }

  private static Extent sixteen(Cdb c) {
    return new Extent(c.u64(2), c.u32(10));
  }

  private static boolean fua(Cdb c) {
    return c.bit(1, 8);
  }

  private static Command writeOf(Cdb c, Extent extent) {
    return new Command.Write(extent, fua(c), 0);
  }

  private static Command writeAndVerify(Cdb c, Extent extent) {
    return new Command.Write(extent, true, 4 | (c.u8(1) >> 1 & 3));
  }

  private static Command verify(Cdb c, Extent extent) {
    return new Command.Verify(extent, c.u8(1) >> 1 & 3);
  }

  private static Command synchronize(Cdb c) {
    return new Command.SynchronizeCache(sixteen(c));
  }

  private static Command orWrite(Cdb c) {
    return new Command.OrWrite(sixteen(c), fua(c));
  }

  private static Command compareAndWrite(Cdb c) {
    return new Command.CompareAndWrite(new Extent(c.u64(2), c.u8(13)), fua(c));
  }

  private static Command writeSame(Cdb c, Extent extent, boolean zeroes) {
    return new Command.WriteSame(extent, c.bit(1, 8), zeroes);
  }

  private static Command modeSelect(Cdb c, boolean ten, int length) {
    return new Command.ModeSelect(ten, c.bit(1, 0x10), c.bit(1, 1), length);
  }

  private static Command modeSense(Cdb c, boolean ten, int allocation) {
    return new Command.ModeSense(ten, c.u8(2) >> 6, c.u8(2) & 0x3f, c.u8(3), allocation);
  }

  private static Command startStop(Cdb c) {
    return new Command.StartStop(c.u8(4) >> 4, c.bit(4, 2), c.bit(4, 1));
  }

  private static Command portGroups(Cdb c) {
    return new Command.ReportTargetPortGroups((c.u8(1) & 0xe0) == 0x20, c.u32(6));
  }

  private static Command reportCodes(Cdb c) {
    return new Command.ReportOperations(c.bit(2, 0x80), c.u8(2) & 7, c.u8(3), c.u16(4), c.u32(6));
  }

  private static Command taskFunctions(Cdb c) {
    return new Command.ReportTaskManagement(c.bit(2, 0x80), c.u32(6));
  }

  private static Command extendedCopy(Cdb c) {
    return new Command.ExtendedCopy(c.u32(10));
  }

  private static Command results(Cdb c) {
    return new Command.ReceiveCopyResults(c.serviceAction(), c.u8(2), c.u32(10));
  }

  private static Command capacity16(Cdb c) {
    return new Command.ReadCapacity16(c.u32(10));
  }

  private static Command lbaStatus(Cdb c) {
    return new Command.GetLbaStatus(c.u64(2), c.u32(10));
  }

  private static Command defects10(Cdb c) {
    return new Command.ReadDefects(false, c.u8(2) & 0x1f, c.u16(7));
  }

  private static Command defects12(Cdb c) {
    return new Command.ReadDefects(true, c.u8(1) & 0x1f, c.u32(6));
  }

  private static Command sanitize(Cdb c) {
    return new Command.Sanitize(c.serviceAction(), c.bit(1, 0x80), c.bit(1, 0x20), c.u16(7));
  }
}
