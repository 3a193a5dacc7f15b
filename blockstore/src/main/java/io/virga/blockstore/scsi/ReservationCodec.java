package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The saved form of reservations: version 1, type (0 for none), index of the holder, count, then
 * for each registration its key and two names with 16-bit lengths; at the end a CRC32C.
 */
final class ReservationCodec {

  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 6;

  private ReservationCodec() {}

  static byte[] encode(ReservationTable table) {
    if (!table.persistent() || table.keys().isEmpty()) {
      return new byte[0];
    }
    ByteBuf out = Unpooled.buffer();
    int holder = 0;
    int index = 0;
    for (NexusName name : table.keys().keySet()) {
      if (table.held().filter(held -> held.holder().equals(name)).isPresent()) {
        holder = index;
      }
      index++;
    }
    out.writeByte(VERSION).writeByte(table.held().map(held -> held.type().code()).orElse(0));
    out.writeShort(holder).writeShort(table.keys().size());
    table
        .keys()
        .forEach(
            (name, key) -> {
              out.writeLong(key);
              writeText(out, name.initiator());
              writeText(out, name.target());
            });
    CRC32C crc = new CRC32C();
    crc.update(out.nioBuffer());
    out.writeInt((int) crc.getValue());
    return ByteBufUtil.getBytes(out);
  }

  /** Restores the table; answers false, and leaves it as it is, if the bytes are not whole. */
  static boolean decode(byte[] bytes, ReservationTable table) {
    if (bytes.length < HEADER_BYTES + Integer.BYTES || bytes[0] != VERSION) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - Integer.BYTES);
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    if ((int) crc.getValue() != in.getInt(bytes.length - Integer.BYTES)) {
      return false;
    }
    in.writerIndex(bytes.length - Integer.BYTES).skipBytes(1);
    Optional<ReservationType> type = ReservationType.of(in.readByte());
    int holder = in.readUnsignedShort();
    int count = in.readUnsignedShort();
    Map<NexusName, Long> keys = new LinkedHashMap<>();
    Optional<ReservationTable.Held> held = Optional.empty();
    for (int i = 0; i < count; i++) {
      if (in.readableBytes() < Long.BYTES) {
        return false;
      }
      long key = in.readLong();
      Optional<String> initiator = readText(in);
      Optional<String> target = initiator.isPresent() ? readText(in) : Optional.empty();
      if (target.isEmpty()) {
        return false;
      }
      NexusName name = new NexusName(initiator.get(), target.get());
      keys.put(name, key);
      if (i == holder) {
        held = type.map(t -> new ReservationTable.Held(name, t));
      }
    }
    table.restore(keys, held);
    return true;
  }

  private static void writeText(ByteBuf out, String text) {
    out.writeShort(ByteBufUtil.utf8Bytes(text)).writeCharSequence(text, StandardCharsets.UTF_8);
  }

  private static Optional<String> readText(ByteBuf in) {
    if (in.readableBytes() < 2 || in.readableBytes() - 2 < in.getUnsignedShort(in.readerIndex())) {
      return Optional.empty();
    }
    int length = in.readUnsignedShort();
    return Optional.of(in.readCharSequence(length, StandardCharsets.UTF_8).toString());
  }
}
