package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Cuts the data of a command into Data-In PDUs, the last of which carries the status. If one is
 * enough its header is put into the room before the data, so that most answers are one buffer.
 */
final class DataInSender {

  private static final Optional<TargetPdu.CommandStatus> NO_STATUS = Optional.empty();

  private final Framing framing;
  private final Parameters parameters;
  private final Outlet outlet;

  DataInSender(Framing framing, Parameters parameters, Outlet outlet) {
    this.framing = framing;
    this.parameters = parameters;
    this.outlet = outlet;
  }

  /** A buffer with room for a header before the data. */
  ByteBuf allocate(int lengthBytes) {
    int head = framing.headBytes();
    return outlet.allocator().directBuffer(head + lengthBytes).setIndex(head, head);
  }

  /** Sends the data, which it takes over. */
  void send(ByteBuf data, CommandTask task, NumberSource numbers, TargetPdu.CommandStatus status) {
    int total = data.readableBytes();
    int start = data.readerIndex();
    if (total <= Math.min(parameters.initiatorSegmentBytes, parameters.maximumBurstBytes)) {
      TargetPdu.DataPart all =
          new TargetPdu.DataPart(task.pdu().tag(), task.nextResponseSn(), 0, total, true);
      int at = start - framing.headBytes();
      TargetPdu.dataIn(data, at, numbers.next(true), all, Optional.of(status));
      digestHeader(data, at);
      finish(data, start, framing);
      outlet.send(data.readerIndex(at));
      return;
    }
    int offset = 0;
    int burst = 0;
    while (offset < total) {
      int room = Math.min(parameters.initiatorSegmentBytes, parameters.maximumBurstBytes - burst);
      int bytes = Math.min(room, total - offset);
      boolean end = offset + bytes == total;
      burst += bytes;
      boolean last = end || burst == parameters.maximumBurstBytes;
      burst = last ? 0 : burst;
      TargetPdu.DataPart part =
          new TargetPdu.DataPart(task.pdu().tag(), task.nextResponseSn(), offset, bytes, last);
      part(data, start + offset, part, numbers.next(end), end ? Optional.of(status) : NO_STATUS);
      offset += bytes;
    }
    data.release();
  }

  /** Numbers for an answer. */
  @FunctionalInterface
  interface NumberSource {

    /** The next; with a StatSN if the answer has a status. */
    TargetPdu.Numbers next(boolean status);
  }

  private void part(
      ByteBuf data,
      int at,
      TargetPdu.DataPart part,
      TargetPdu.Numbers numbers,
      Optional<TargetPdu.CommandStatus> ending) {
    ByteBuf header = outlet.allocator().directBuffer(framing.headBytes());
    TargetPdu.dataIn(header, 0, numbers, part, ending);
    header.writerIndex(framing.headBytes());
    digestHeader(header, 0);
    outlet.send(header);
    outlet.send(data.retainedSlice(at, part.bytes()));
    tail(data, at, part.bytes());
  }

  private void digestHeader(ByteBuf out, int at) {
    if (framing.headerDigest()) {
      out.setIntLE(at + Framing.HEADER_BYTES, Digest.of(out, at, Framing.HEADER_BYTES));
    }
  }

  /** Appends padding and digest of the data that ends the buffer. */
  static void finish(ByteBuf out, int start, Framing framing) {
    int bytes = out.writerIndex() - start;
    out.writeZero(Framing.padded(bytes) - bytes);
    if (framing.dataDigest() && bytes > 0) {
      out.writeIntLE(Digest.of(out, start, Framing.padded(bytes)));
    }
  }

  /** Padding and digest of data that is sent from the middle of a buffer. */
  private void tail(ByteBuf data, int at, int bytes) {
    int padding = Framing.padded(bytes) - bytes;
    if (padding == 0 && !framing.dataDigest()) {
      return;
    }
    ByteBuf tail = outlet.allocator().directBuffer(padding + Framing.DIGEST_BYTES);
    tail.writeZero(padding);
    if (framing.dataDigest()) {
      tail.writeIntLE(Digest.of(data, tail, at, bytes, padding));
    }
    outlet.send(tail);
  }
}
