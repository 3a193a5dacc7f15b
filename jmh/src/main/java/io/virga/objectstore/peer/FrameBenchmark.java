package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.jmh.HotFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What a frame between nodes takes: a request with 200 bytes of header and 4 KiB of body. */
public class FrameBenchmark extends HotFunction {

  private static final int BODY_BYTES = 4096;
  private static final int HEADER_BYTES = 200;

  private ByteBuf body;
  private ByteBuf encoded;
  private ByteBuf out;

  @Setup
  public void encodeOnce() {
    body = Unpooled.directBuffer(BODY_BYTES).writeZero(BODY_BYTES);
    encoded = Unpooled.directBuffer();
    FrameEncoder.encode(request(), encoded);
    out = Unpooled.directBuffer(encoded.readableBytes());
  }

  @TearDown
  public void release() {
    body.release();
    encoded.release();
    out.release();
  }

  private Frame request() {
    return new Frame.Request(7, 1, 1000, new byte[HEADER_BYTES], Frame.BodyForm.WHOLE, body);
  }

  @Benchmark
  public int encode() {
    FrameEncoder.encode(request(), out.clear());
    return out.writerIndex();
  }

  @Benchmark
  public int decode() {
    encoded.readerIndex(0);
    return switch (FrameDecoder.decode(encoded, Limits.DEFAULT)) {
      case Decoded.Complete(Frame frame) -> {
        frame.tail().release();
        yield encoded.readerIndex();
      }
      case Decoded.NeedMore(int totalBytes) ->
          throw new IllegalStateException("wants " + totalBytes + " bytes");
      case Decoded.Malformed(String reason) -> throw new IllegalStateException(reason);
    };
  }
}
