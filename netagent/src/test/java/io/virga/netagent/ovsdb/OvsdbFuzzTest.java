package io.virga.netagent.ovsdb;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;

class OvsdbFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void endsOnArbitraryBytes(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    if (OvsdbCodec.decode(in) instanceof Decoded.Complete<OvsdbMessage>(OvsdbMessage message)) {
      OvsdbCodec.decode(Unpooled.wrappedBuffer(OvsdbCodec.encode(message)));
    }
  }
}
