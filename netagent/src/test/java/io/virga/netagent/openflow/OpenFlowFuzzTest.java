package io.virga.netagent.openflow;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;

class OpenFlowFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void endsOnArbitraryBytes(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    if (OpenFlowCodec.decode(in, Limits.DEFAULT) instanceof Decoded.Complete<Frame>(Frame frame)) {
      OpenFlowCodec.encode(frame, Unpooled.buffer());
    } else if (in.readerIndex() != 0) {
      throw new AssertionError("the reader moved");
    }
  }
}
