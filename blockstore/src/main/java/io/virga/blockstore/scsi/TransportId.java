package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** TransportIDs of iSCSI initiator ports (SPC-4 §7.6.4.6): name and session identifier. */
final class TransportId {

  private static final int HEADER_BYTES = 4;
  private static final int WITH_SESSION = 0x45;
  private static final int MAXIMUM_NAME_BYTES = 256;

  private TransportId() {}

  static void encode(String initiatorPort, ByteBuf out) {
    int bytes = ByteBufUtil.utf8Bytes(initiatorPort);
    int padded = paddedBytes(initiatorPort) - HEADER_BYTES;
    out.writeByte(WITH_SESSION).writeByte(0).writeShort(padded);
    out.writeCharSequence(initiatorPort, StandardCharsets.UTF_8);
    out.writeZero(padded - bytes);
  }

  static int paddedBytes(String initiatorPort) {
    return HEADER_BYTES + ((ByteBufUtil.utf8Bytes(initiatorPort) + 4) & ~3);
  }

  /** The initiator port that stands at the offset; how long it is says {@link #lengthBytes}. */
  static Optional<String> decode(ByteBuf in, int at, int end) {
    int length = lengthBytes(in, at, end);
    if (length == 0 || in.getUnsignedByte(at) != WITH_SESSION) {
      return Optional.empty();
    }
    int name = in.indexOf(at + HEADER_BYTES, at + length, (byte) 0);
    if (name < 0 || name - at - HEADER_BYTES > MAXIMUM_NAME_BYTES) {
      return Optional.empty();
    }
    String text = in.toString(at + HEADER_BYTES, name - at - HEADER_BYTES, StandardCharsets.UTF_8);
    return Optional.of(text).filter(t -> t.contains(",i,0x"));
  }

  /** Its bytes, or 0 if it does not end before the end. */
  static int lengthBytes(ByteBuf in, int at, int end) {
    if (end - at < HEADER_BYTES) {
      return 0;
    }
    int length = HEADER_BYTES + in.getUnsignedShort(at + 2);
    return length <= end - at ? length : 0;
  }
}
