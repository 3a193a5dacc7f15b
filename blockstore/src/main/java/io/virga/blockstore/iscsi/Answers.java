package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.scsi.Command;
import io.virga.blockstore.scsi.Result;
import io.virga.blockstore.scsi.Status;

/** Writes a connection's answers, and numbers them. Owned by the loop. */
final class Answers {

  private static final int SENSE_LENGTH_BYTES = 2;
  private static final int SENSE_BYTES = 64;
  private static final int TAG_AT = 16;
  private static final int TRANSFER_TAG_AT = 20;

  private final Session session;
  private final Framing framing;
  private final Parameters parameters;
  private final Outlet outlet;
  private final DataInSender dataIn;
  private int statSn;

  Answers(Session session, Connection.Agreed agreed, Outlet outlet) {
    this.session = session;
    this.framing = agreed.framing();
    this.parameters = agreed.parameters();
    this.outlet = outlet;
    this.statSn = agreed.statSn();
    this.dataIn = new DataInSender(framing, parameters, outlet);
  }

  ByteBuf allocateDataIn(int lengthBytes) {
    return dataIn.allocate(lengthBytes);
  }

  private TargetPdu.Numbers numbers(boolean status) {
    int number = status ? statSn++ : statSn;
    return new TargetPdu.Numbers(number, session.expectedSn(), session.maximumSn());
  }

  /** A buffer in which the header's place is left free. */
  private ByteBuf open(int dataBytes) {
    int head = framing.headBytes();
    return outlet
        .allocator()
        .directBuffer(head + dataBytes + Framing.DIGEST_BYTES)
        .writerIndex(head);
  }

  private void send(ByteBuf out) {
    if (framing.headerDigest()) {
      out.setIntLE(Framing.HEADER_BYTES, Digest.of(out, 0, Framing.HEADER_BYTES));
    }
    DataInSender.finish(out, framing.headBytes(), framing);
    outlet.send(out);
  }

  /** How a command ended, with its data, which is taken over. */
  void command(CommandTask task, Result result) {
    long expected = task.expectedBytes();
    switch (result) {
      case Result.Data data -> {
        TargetPdu.CommandStatus status = status(task, Status.GOOD, data.wantedBytes() - expected);
        if (data.bytes().isReadable()) {
          dataIn.send(data.bytes(), task, this::numbers, status);
        } else {
          data.bytes().release();
          respond(status);
        }
      }
      case Result.Done done -> {
        long wanted = task.command().map(Command::dataOutBytes).orElse(0L);
        respond(status(task, done.status(), wanted - expected));
      }
      case Result.Check check -> {
        long wanted = task.command().map(Command::dataOutBytes).orElse(0L);
        ByteBuf out = open(SENSE_LENGTH_BYTES + SENSE_BYTES);
        int start = out.writerIndex();
        out.writeShort(0);
        check.sense().encode(check.descriptor(), out);
        int bytes = out.writerIndex() - start;
        out.setShort(start, bytes - SENSE_LENGTH_BYTES);
        TargetPdu.CommandStatus status = status(task, Status.CHECK_CONDITION, wanted - expected);
        TargetPdu.scsiResponse(out, 0, numbers(true), status, bytes);
        send(out);
      }
    }
  }

  private static TargetPdu.CommandStatus status(CommandTask task, Status status, long residual) {
    return new TargetPdu.CommandStatus(
        task.pdu().tag(), status.code(), residual, task.responseSn());
  }

  private void respond(TargetPdu.CommandStatus status) {
    ByteBuf out = open(0);
    TargetPdu.scsiResponse(out, 0, numbers(true), status, 0);
    send(out);
  }

  void readyToTransfer(CommandTask task, int transferTag, int offset, int bytes) {
    ByteBuf out = open(0);
    TargetPdu.Wanted wanted =
        new TargetPdu.Wanted(
            task.pdu().tag(), task.pdu().lun(), transferTag, task.nextResponseSn(), offset, bytes);
    TargetPdu.readyToTransfer(out, 0, numbers(false), wanted);
    send(out);
  }

  /** Echoes the data, which stays the caller's. */
  void nop(int tag, ByteBuf data) {
    int bytes = Math.min(data.readableBytes(), parameters.initiatorSegmentBytes);
    ByteBuf out = open(bytes).writeBytes(data, data.readerIndex(), bytes);
    TargetPdu.nopIn(out, 0, numbers(true), tag, bytes);
    send(out);
  }

  /** Asks whether the initiator is there. */
  void ping(int transferTag) {
    ByteBuf out = open(0);
    TargetPdu.nopIn(out, 0, numbers(false), Wire.NO_TAG, 0);
    out.setInt(TRANSFER_TAG_AT, transferTag);
    send(out);
  }

  void taskManagement(int tag, int response) {
    ByteBuf out = open(0);
    TargetPdu.taskManagement(out, 0, numbers(true), tag, response);
    send(out);
  }

  void logout(int tag, int response) {
    ByteBuf out = open(0);
    TargetPdu.logout(out, 0, numbers(true), tag, response);
    send(out);
  }

  /** A part of a text, which stays the caller's. */
  void text(TargetPdu.TextPart which, ByteBuf part) {
    ByteBuf out = open(part.readableBytes());
    out.writeBytes(part, part.readerIndex(), part.readableBytes());
    TargetPdu.text(out, 0, numbers(true), which, part.readableBytes());
    send(out);
  }

  /** Refuses a PDU, and names it by what matters of its header. */
  void reject(int reason, int opcode, int tag) {
    byte[] header = new byte[Framing.HEADER_BYTES];
    Unpooled.wrappedBuffer(header).setByte(0, opcode).setInt(TAG_AT, tag);
    reject(reason, header);
  }

  /** Refuses a PDU, whose header is sent back. */
  void reject(int reason, byte[] header) {
    ByteBuf out = open(Framing.HEADER_BYTES).writeBytes(header);
    TargetPdu.reject(out, 0, numbers(true), reason);
    send(out);
  }
}
