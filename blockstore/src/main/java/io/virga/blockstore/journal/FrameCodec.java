package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal file. Header, 4096 bytes: magic (8), format version (4), CRC32C of the
 * first sequence (4), first sequence (8), zeros. Then frames: payload length (4, not 0), CRC32C of
 * all that follows (4), sequence (8), the last sequence that was durable when this frame was
 * written (8; not in version 1), payload. Sequences go up by one; what does not is the remains of
 * an earlier use of the file.
 */
final class FrameCodec {

  static final int FILE_HEADER_BYTES = 4096;
  static final int HEADER_BYTES = 24;
  static final int VERSION = 2;
  private static final int FIRST_VERSION = 1;
  private static final int FIRST_HEADER_BYTES = 16;
  static final int MAXIMUM_PAYLOAD_BYTES = 4 << 20;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
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
    if (version < FIRST_VERSION || version > VERSION) {
      throw new IllegalStateException(
          "the journal has format version %d, this program reads %d to %d"
              .formatted(version, FIRST_VERSION, VERSION));
    }
    return crc(in.nioBuffer(16, 8)) == in.getInt(12) ? in.getLong(16) : -1;
  }

  static void encodeFrame(long sequence, long durableSequence, ByteBuf payload, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(payload.readableBytes()).writeInt(0).writeLong(sequence);
    out.writeLong(durableSequence);
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    out.setInt(start + 4, crc(out.nioBuffer(start + 8, out.writerIndex() - start - 8)));
  }

  /** The version of a file whose header is intact. */
  static int version(ByteBuf file) {
    return file.getInt(8);
  }

  static int headerBytes(int version) {
    return version == FIRST_VERSION ? FIRST_HEADER_BYTES : HEADER_BYTES;
  }

  /** Whether there is an intact frame of this sequence at the reader index. */
  static boolean isFrame(ByteBuf in, long sequence, int version) {
    int at = in.readerIndex();
    return in.readableBytes() >= headerBytes(version)
        && in.getLong(at + 8) == sequence
        && isIntact(in, at, headerBytes(version));
  }

  /** The last sequence that the frame at the reader index says was durable, or -1. */
  static long durableSequence(ByteBuf in, int version) {
    return version == FIRST_VERSION ? -1 : in.getLong(in.readerIndex() + 16);
  }

  /**
   * Whether anywhere behind the reader index there is an intact frame that says that a frame behind
   * the sequence was durable.
   */
  static boolean provesDurable(ByteBuf in, long sequence) {
    byte[] bytes = in.array();
    int base = in.arrayOffset();
    for (int at = in.readerIndex(); at + HEADER_BYTES < in.writerIndex(); at++) {
      long durable = (long) LONG.get(bytes, base + at + 16);
      if (durable > sequence
          && durable < (long) LONG.get(bytes, base + at + 8)
          && isIntact(in, at, HEADER_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIntact(ByteBuf in, int at, int headerBytes) {
    int length = in.getInt(at);
    return length > 0
        && length <= MAXIMUM_PAYLOAD_BYTES
        && length <= in.writerIndex() - at - headerBytes
        && crc(in.nioBuffer(at + 8, headerBytes - 8 + length)) == in.getInt(at + 4);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
