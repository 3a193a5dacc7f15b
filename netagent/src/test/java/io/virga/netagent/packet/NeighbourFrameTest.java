package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import org.junit.jupiter.api.Test;

class NeighbourFrameTest {

  private static final MacAddress MAC = new MacAddress(0xfa163e000001L);
  private static final Ipv6Address OWN = Ipv6Address.parse("2001:db8::1").orElseThrow();
  private static final Ipv6Address WANTED = Ipv6Address.parse("2001:db8::12:3456").orElseThrow();
  private static final NeighbourFrame REQUEST = NeighbourFrame.request(MAC, OWN, WANTED);

  @Test
  void readsWhatItWrites() {
    NeighbourFrame announcement = NeighbourFrame.announcement(MAC, OWN);
    assertThat(NeighbourFrame.decode(REQUEST.encode())).isEqualTo(new Decoded.Complete<>(REQUEST));
    assertThat(NeighbourFrame.decode(announcement.encode()))
        .isEqualTo(new Decoded.Complete<>(announcement));
    assertThat(REQUEST.encode().length()).isEqualTo(NeighbourFrame.BYTES);
  }

  @Test
  void asksThoseWhoMayHaveTheAddress() {
    assertThat(REQUEST.destination()).hasToString("ff02::1:ff12:3456");
    assertThat(REQUEST.encode().slice(0, 6)).isEqualTo(Octets.ofHex("3333ff123456"));
  }

  @Test
  void refusesWhatIsCutOffOrComesFromAnotherLink() {
    Octets frame = REQUEST.encode();
    for (int length = 0; length < frame.length(); length++) {
      assertThat(NeighbourFrame.decode(frame.slice(0, length)))
          .isInstanceOf(Decoded.Malformed.class);
    }
    Octets routed = frame.slice(0, 21).join(Octets.ofHex("fe")).join(frame.slice(22, 86));
    assertThat(NeighbourFrame.decode(routed)).isInstanceOf(Decoded.Malformed.class);
    Octets endless = frame.slice(0, 78).join(Octets.ofHex("0900")).join(frame.slice(80, 86));
    assertThat(NeighbourFrame.decode(endless)).isInstanceOf(Decoded.Malformed.class);
  }
}
