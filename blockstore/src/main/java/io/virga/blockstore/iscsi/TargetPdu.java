package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;

/** PDUs of the target (RFC 7143 §11), each written as a header of 48 bytes at an index. */
final class TargetPdu {

  private TargetPdu() {}

  /**
   * The numbers that every answer carries.
   *
   * @param status StatSN, where the PDU has one
   */
  record Numbers(int status, int expectedCommand, int maximumCommand) {}

  private static void common(ByteBuf out, int at, int opcode, int flags, int dataBytes, int tag) {
    out.setByte(at, opcode).setByte(at + 1, flags).setShort(at + 2, 0);
    out.setByte(at + 4, 0).setMedium(at + 5, dataBytes).setLong(at + 8, 0).setInt(at + 16, tag);
    out.setInt(at + 20, Wire.NO_TAG).setLong(at + 36, 0).setInt(at + 44, 0);
  }

  private static void numbers(ByteBuf out, int at, Numbers numbers) {
    out.setInt(at + 24, numbers.status).setInt(at + 28, numbers.expectedCommand);
    out.setInt(at + 32, numbers.maximumCommand);
  }

  /** What was not transferred: negative if there was less than expected. */
  private static int residualFlags(long residual) {
    if (residual == 0) {
      return 0;
    }
    return residual > 0 ? Wire.OVERFLOW : Wire.UNDERFLOW;
  }

  static void scsiResponse(
      ByteBuf out, int at, Numbers numbers, CommandStatus status, int senseBytes) {
    int flags = Wire.FINAL | residualFlags(status.residual());
    common(out, at, Wire.SCSI_RESPONSE, flags, senseBytes, status.tag());
    out.setByte(at + 3, status.status()).setInt(at + 20, 0);
    numbers(out, at, numbers);
    out.setInt(at + 36, status.dataSn()).setInt(at + 44, (int) Math.abs(status.residual()));
  }

  /**
   * How a command ended.
   *
   * @param residual how many bytes the command had more than the initiator expected
   * @param dataSn how many Data-In and R2T PDUs there were
   */
  record CommandStatus(int tag, int status, long residual, int dataSn) {}

  /** A Data-In PDU; with a status if {@code status} is there and it is the last. */
  static void dataIn(
      ByteBuf out, int at, Numbers numbers, DataPart part, java.util.Optional<CommandStatus> end) {
    int flags = part.last ? Wire.FINAL : 0;
    long residual = end.map(CommandStatus::residual).orElse(0L);
    if (end.isPresent()) {
      flags |= Wire.STATUS_FOLLOWS | residualFlags(residual);
    }
    common(out, at, Wire.DATA_IN, flags, part.bytes, part.tag);
    out.setByte(at + 3, end.map(CommandStatus::status).orElse(0));
    numbers(out, at, numbers);
    out.setInt(at + 36, part.dataSn).setInt(at + 40, part.offset);
    out.setInt(at + 44, (int) Math.abs(residual));
  }

  /** Which part of a command's data a PDU carries. */
  record DataPart(int tag, int dataSn, int offset, int bytes, boolean last) {}

  static void readyToTransfer(ByteBuf out, int at, Numbers numbers, Wanted wanted) {
    common(out, at, Wire.READY_TO_TRANSFER, Wire.FINAL, 0, wanted.tag);
    numbers(out, at, numbers);
    out.setLong(at + 8, wanted.lun).setInt(at + 20, wanted.transferTag);
    out.setInt(at + 36, wanted.sn).setInt(at + 40, wanted.offset).setInt(at + 44, wanted.bytes);
  }

  /** Data that the target asks for. */
  record Wanted(int tag, long lun, int transferTag, int sn, int offset, int bytes) {}

  static void nopIn(ByteBuf out, int at, Numbers numbers, int tag, int dataBytes) {
    common(out, at, Wire.NOP_IN, Wire.FINAL, dataBytes, tag);
    numbers(out, at, numbers);
  }

  static void taskManagement(ByteBuf out, int at, Numbers numbers, int tag, int response) {
    common(out, at, Wire.TASK_MANAGEMENT_RESPONSE, Wire.FINAL, 0, tag);
    out.setByte(at + 2, response).setInt(at + 20, 0);
    numbers(out, at, numbers);
  }

  static void text(ByteBuf out, int at, Numbers numbers, TextPart part, int dataBytes) {
    int flags = part.transferTag == Wire.NO_TAG ? Wire.FINAL : 0;
    common(
        out, at, Wire.TEXT_RESPONSE, flags | (part.more ? Wire.CONTINUE : 0), dataBytes, part.tag);
    out.setInt(at + 20, part.transferTag);
    numbers(out, at, numbers);
  }

  /**
   * Which part of an exchange of texts an answer is.
   *
   * @param transferTag under which the exchange goes on, or none if it is over
   * @param more whether this text itself goes on
   */
  record TextPart(int tag, int transferTag, boolean more) {}

  static void logout(ByteBuf out, int at, Numbers numbers, int tag, int response) {
    common(out, at, Wire.LOGOUT_RESPONSE, Wire.FINAL, 0, tag);
    out.setByte(at + 2, response).setInt(at + 20, 0);
    numbers(out, at, numbers);
  }

  static void reject(ByteBuf out, int at, Numbers numbers, int reason) {
    common(out, at, Wire.REJECT, Wire.FINAL, Framing.HEADER_BYTES, Wire.NO_TAG);
    out.setByte(at + 2, reason);
    numbers(out, at, numbers);
  }

  static void login(ByteBuf out, int at, Numbers numbers, LoginAnswer answer) {
    int flags = answer.stage.current() << 2;
    if (answer.stage.transit()) {
      flags |= Wire.FINAL | answer.stage.next();
    }
    flags |= answer.stage.more() ? Wire.CONTINUE : 0;
    common(out, at, Wire.LOGIN_RESPONSE, flags, answer.dataBytes, answer.tag);
    out.setLong(at + 8, answer.isid << 16 | answer.tsih).setInt(at + 20, 0);
    numbers(out, at, numbers);
    out.setShort(at + 36, answer.status);
  }

  /** What a login step is answered. */
  record LoginAnswer(
      InitiatorPdu.Stage stage, long isid, int tsih, int tag, int status, int dataBytes) {}
}
