package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Octets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IcmpErrorTest {

  private static final IcmpError TIME_EXCEEDED = new IcmpError(new Ipv4Address(0x0a000001), 11, 0);
  private static final UdpFrame UDP =
      new UdpFrame(
          new Link(new MacAddress(0xfa163e000001L), new MacAddress(0xfa163eff0000L)),
          new UdpFrame.Endpoint(new Ipv4Address(0x0a00000b), 40000),
          new UdpFrame.Endpoint(new Ipv4Address(0x0a01000c), 33434),
          Octets.ofHex("01020304"));

  private static Octets changed(int index, String hex) {
    Octets frame = UDP.encode();
    return frame
        .slice(0, index)
        .join(Octets.ofHex(hex))
        .join(frame.slice(index + hex.length() / 2, frame.length()));
  }

  @Test
  void quotesThePacketToItsSender() {
    Octets frame = TIME_EXCEEDED.about(UDP.encode()).orElseThrow();
    assertThat(frame.slice(0, 12)).isEqualTo(Octets.ofHex("fa163e000001fa163eff0000"));
    assertThat(frame.slice(23, 24)).as("ICMP").isEqualTo(Octets.ofHex("01"));
    assertThat(frame.slice(26, 34)).isEqualTo(Octets.ofHex("0a0000010a00000b"));
    assertThat(frame.slice(34, 36)).isEqualTo(Octets.ofHex("0b00"));
    assertThat(frame.slice(42, frame.length()))
        .isEqualTo(UDP.encode().slice(14, UDP.encode().length()));
  }

  @Test
  void answersNoErrorNoFragmentAndNoGroup() {
    assertThat(TIME_EXCEEDED.about(TIME_EXCEEDED.about(UDP.encode()).orElseThrow()))
        .as("an error about an error")
        .isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(20, "0001"))).as("a later fragment").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(20, "2000"))).as("the first fragment").isPresent();
    assertThat(TIME_EXCEEDED.about(changed(0, "ffffffffffff"))).as("link broadcast").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(30, "e0000001"))).as("multicast").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(26, "00000000"))).as("from nobody").isEmpty();
  }

  @Test
  void isSilentAboutWhatIsCutOff() {
    Octets frame = UDP.encode();
    for (int length = 0; length < 34; length++) {
      assertThat(TIME_EXCEEDED.about(frame.slice(0, length))).isEqualTo(Optional.empty());
    }
  }
}
