package io.virga.netagent.dhcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.UdpFrame;

class DhcpFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void endsOnArbitraryPayloads(byte[] bytes) {
    if (DhcpCodec.decode(Octets.copyOf(bytes))
            instanceof Decoded.Complete<DhcpMessage>(DhcpMessage message)
        && !DhcpCodec.decode(DhcpCodec.encode(message)).equals(new Decoded.Complete<>(message))) {
      throw new AssertionError("decode after encode differs from " + message);
    }
  }

  @FuzzTest(maxDuration = "10s")
  void endsOnArbitraryFrames(byte[] bytes) {
    if (UdpFrame.decode(Octets.copyOf(bytes)) instanceof Decoded.Complete<UdpFrame>(UdpFrame frame)
        && !UdpFrame.decode(frame.encode()).equals(new Decoded.Complete<>(frame))) {
      throw new AssertionError("decode after encode differs from " + frame);
    }
  }
}
