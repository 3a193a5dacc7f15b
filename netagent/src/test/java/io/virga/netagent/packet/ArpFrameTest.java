package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import org.junit.jupiter.api.Test;

class ArpFrameTest {

  private static final ArpFrame REQUEST =
      ArpFrame.request(
          new ArpFrame.Party(new MacAddress(0xfa163efe0000L), new Ipv4Address(0xcb007165)),
          new Ipv4Address(0xcb007101));
  private static final Octets WIRE =
      Octets.ofHex(
          "fffffffffffffa163efe00000806"
              + "0001080006040001fa163efe0000cb007165000000000000cb007101");

  @Test
  void isOnTheWireWhatRfc826Says() {
    assertThat(REQUEST.encode()).isEqualTo(WIRE);
    assertThat(ArpFrame.decode(WIRE)).isEqualTo(new Decoded.Complete<>(REQUEST));
  }

  @Test
  void readsPaddedFrames() {
    assertThat(ArpFrame.decode(WIRE.join(Octets.ofLong(0, 18))))
        .isEqualTo(new Decoded.Complete<>(REQUEST));
  }

  @Test
  void refusesWhatIsCutOffOrNotArp() {
    for (int length = 0; length < WIRE.length(); length++) {
      assertThat(ArpFrame.decode(WIRE.slice(0, length))).isInstanceOf(Decoded.Malformed.class);
    }
    Octets ipv4 = WIRE.slice(0, 12).join(Octets.ofHex("0800")).join(WIRE.slice(14, WIRE.length()));
    assertThat(ArpFrame.decode(ipv4)).isInstanceOf(Decoded.Malformed.class);
  }
}
