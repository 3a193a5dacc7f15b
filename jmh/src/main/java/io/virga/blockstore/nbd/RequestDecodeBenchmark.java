package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.jmh.HotFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What the decoder takes for one NBD request: a read, and a write of 4 KiB. */
public class RequestDecodeBenchmark extends HotFunction {

  private static final int BLOCK_BYTES = 4096;

  private ByteBuf read;
  private ByteBuf write;

  @Setup
  public void encode() {
    read = encoded(Wire.CMD_READ, Unpooled.EMPTY_BUFFER);
    write = encoded(Wire.CMD_WRITE, Unpooled.wrappedBuffer(new byte[BLOCK_BYTES]));
  }

  @TearDown
  public void release() {
    read.release();
    write.release();
  }

  @Benchmark
  public long read() {
    return decode(read);
  }

  @Benchmark
  public long write() {
    return decode(write);
  }

  private static long decode(ByteBuf in) {
    in.readerIndex(0);
    return switch (RequestCodec.decode(in, Limits.DEFAULT, Headers.STRUCTURED)) {
      case Decoded.Complete<Request>(Request request) -> {
        request.payload().release();
        yield request.cookie() + request.length();
      }
      case Decoded.NeedMore<Request> more ->
          throw new IllegalStateException("wants " + more.totalBytes() + " bytes");
      case Decoded.Malformed<Request>(String reason) -> throw new IllegalStateException(reason);
    };
  }

  private static ByteBuf encoded(int type, ByteBuf payload) {
    ByteBuf out = Unpooled.directBuffer(RequestCodec.REQUEST_BYTES + BLOCK_BYTES);
    RequestCodec.encodeRequest(
        new Request(0, type, 7, 1 << 20, BLOCK_BYTES, payload), Headers.STRUCTURED, out);
    payload.release();
    return out;
  }
}
