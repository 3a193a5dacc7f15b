package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal file. Header, 4096 bytes: magic (8), format version (4), CRC32C of the
 * first sequence (4), first sequence (8), zeros. Then frames: payload length (4, not 0), CRC32C of
 * sequence and payload (4), sequence (8), payload. Sequences go up by one; what does not is the
 * remains of an earlier use of the file.
 */
final class FrameCodec {

  static final int FILE_HEADER_BYTES = 4096;
  static final int HEADER_BYTES = 16;
  static final int VERSION = 1;
  static final int MAXIMUM_PAYLOAD_BYTES = 4 << 20;
  private static final long MAGIC = 0x5652_474A_524E_4C0AL;

  private FrameCodec() {}

  static void encodeFileHeader(long firstSequence, ByteBuf out) {
    ByteBuffer sequence = ByteBuffer.allocate(8).putLong(0, firstSequence);
    out.writeLong(MAGIC).writeInt(VERSION).writeInt(crc(sequence)).writeLong(firstSequence);
    out.writeZero(FILE_HEADER_BYTES - out.readableBytes());
  }

  /** The first sequence of the file, or -1 if it has never been used or its header is torn. */
  static long decodeFileHeader(ByteBuf in) {
    if (in.readableBytes() < FILE_HEADER_BYTES || in.getLong(0) != MAGIC) {
      return -1;
    }
    int version = in.getInt(8);
    if (version != VERSION) {
      throw new IllegalStateException(
          "the journal has format version " + version + ", this program reads " + VERSION);
    }
    return crc(in.nioBuffer(16, 8)) == in.getInt(12) ? in.getLong(16) : -1;
  }

  static void encodeFrame(long sequence, ByteBuf payload, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(payload.readableBytes()).writeInt(0).writeLong(sequence);
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    out.setInt(start + 4, crc(out.nioBuffer(start + 8, 8 + payload.readableBytes())));
  }

  /** Whether there is an intact frame of this sequence at the reader index. */
  static boolean isFrame(ByteBuf in, long sequence) {
    if (in.readableBytes() < HEADER_BYTES) {
      return false;
    }
    int at = in.readerIndex();
    int length = in.getInt(at);
    return length > 0
        && length <= MAXIMUM_PAYLOAD_BYTES
        && length <= in.readableBytes() - HEADER_BYTES
        && in.getLong(at + 8) == sequence
        && crc(in.nioBuffer(at + 8, 8 + length)) == in.getInt(at + 4);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
