package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.jmh.HotFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What the decoder takes for one SCSI command: READ (16), and WRITE (16) with its 4 KiB. */
public class PduDecodeBenchmark extends HotFunction {

  private static final int BLOCK_BYTES = 4096;
  private static final int READ_16 = 0x88;
  private static final int WRITE_16 = 0x8a;

  @Param({"false", "true"})
  private boolean digests;

  private Framing framing;
  private ByteBuf read;
  private ByteBuf write;

  @Setup
  public void encode() {
    framing = new Framing(digests, digests, Limits.DEFAULT.dataSegmentBytes());
    read = command(Wire.READ, READ_16, 0);
    write = command(Wire.WRITE, WRITE_16, BLOCK_BYTES);
  }

  @TearDown
  public void release() {
    read.release();
    write.release();
  }

  @Benchmark
  public int read() {
    return decode(read);
  }

  @Benchmark
  public int write() {
    return decode(write);
  }

  private int decode(ByteBuf in) {
    in.readerIndex(0);
    return switch (PduCodec.decode(in, framing)) {
      case Decoded.Complete(InitiatorPdu pdu) -> {
        pdu.data().release();
        yield pdu.tag();
      }
      case Decoded.NeedMore more ->
          throw new IllegalStateException("wants " + more.totalBytes() + " bytes");
      case Decoded.Malformed(String reason) -> throw new IllegalStateException(reason);
    };
  }

  private ByteBuf command(int direction, int opcode, int dataBytes) {
    ByteBuf out = Unpooled.directBuffer(framing.headBytes() + BLOCK_BYTES + Framing.DIGEST_BYTES);
    out.writeByte(Wire.SCSI_COMMAND).writeByte(Wire.FINAL | direction).writeShort(0);
    out.writeByte(0).writeMedium(dataBytes).writeLong(0).writeInt(7).writeInt(BLOCK_BYTES);
    out.writeInt(1).writeInt(1);
    out.writeByte(opcode).writeByte(0).writeLong(1 << 20).writeInt(8).writeShort(0);
    if (digests) {
      out.writeIntLE(Digest.of(out, 0, Framing.HEADER_BYTES));
    }
    int start = out.writerIndex();
    out.writeZero(dataBytes);
    if (digests && dataBytes > 0) {
      out.writeIntLE(Digest.of(out, start, dataBytes));
    }
    return out;
  }
}
