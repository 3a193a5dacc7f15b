package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Octets;
import org.junit.jupiter.api.Test;

class Icmpv6ErrorTest {

  private static final Icmpv6Error TIME_EXCEEDED = new Icmpv6Error(ip("2001:db8::1"), 3, 0);
  private static final UdpFrame UDP =
      new UdpFrame(
          new Link(new MacAddress(0xfa163e000001L), new MacAddress(0xfa163eff0000L)),
          new UdpFrame.Endpoint(ip("2001:db8::b"), 40000),
          new UdpFrame.Endpoint(ip("2001:db8:1::c"), 33434),
          Octets.ofHex("01020304"));

  private static Ipv6Address ip(String text) {
    return Ipv6Address.parse(text).orElseThrow();
  }

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
    assertThat(frame.slice(0, 14)).isEqualTo(Octets.ofHex("fa163e000001fa163eff000086dd"));
    assertThat(frame.slice(20, 21)).as("ICMPv6").isEqualTo(Octets.ofHex("3a"));
    assertThat(Ipv6Address.of(frame.slice(22, 38))).isEqualTo(ip("2001:db8::1"));
    assertThat(Ipv6Address.of(frame.slice(38, 54))).isEqualTo(ip("2001:db8::b"));
    assertThat(frame.slice(54, 56)).isEqualTo(Octets.ofHex("0300"));
    assertThat(frame.slice(62, frame.length()))
        .isEqualTo(UDP.encode().slice(14, UDP.encode().length()));
  }

  @Test
  void fitsIntoTheSmallestMtu() {
    UdpFrame large =
        new UdpFrame(UDP.link(), UDP.source(), UDP.destination(), Octets.ofLong(0, 1400));
    assertThat(TIME_EXCEEDED.about(large.encode()).orElseThrow().length()).isEqualTo(14 + 1280);
  }

  @Test
  void answersNoErrorAndNoGroup() {
    assertThat(TIME_EXCEEDED.about(TIME_EXCEEDED.about(UDP.encode()).orElseThrow()))
        .as("an error about an error")
        .isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(0, "333300000001"))).as("a group's MAC").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(38, "ff02"))).as("a group").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(22, "fe80"))).as("from another link").isEmpty();
    assertThat(TIME_EXCEEDED.about(changed(22, "00".repeat(16)))).as("from nobody").isEmpty();
  }

  @Test
  void isSilentAboutWhatIsCutOff() {
    for (int length = 0; length < 54; length++) {
      assertThat(TIME_EXCEEDED.about(UDP.encode().slice(0, length))).isEmpty();
    }
  }
}
