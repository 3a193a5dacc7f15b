package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6AddressTest {

  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::a, 2001:db8::a",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80:0:0:0:f816:3eff:fe00:1, fe80::f816:3eff:fe00:1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
  })
  void readsAndWrites(String text, String canonical) {
    Ipv6Address address = Ipv6Address.parse(text).orElseThrow();
    assertThat(address).hasToString(canonical);
    assertThat(Ipv6Address.of(address.octets())).isEqualTo(address);
    assertThat(Ipv6Address.parse(canonical)).contains(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::",
        "::10.0.0.1",
        "fe80::1%eth0",
        "1:2:3:4:5:6:7:",
        " ::1"
      })
  void refusesWhatIsNone(String text) {
    assertThat(Ipv6Address.parse(text)).isEmpty();
  }

  @Test
  void isMadeOfAMac() {
    MacAddress mac = MacAddress.parse("fa:16:3e:12:34:56").orElseThrow();
    assertThat(Ipv6Address.linkLocal(mac)).hasToString("fe80::f816:3eff:fe12:3456");
    assertThat(Ipv6Address.linkLocal(mac).isLinkLocal()).isTrue();
    assertThat(Ipv6Address.ALL_NODES.multicastMac()).hasToString("33:33:00:00:00:01");
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::/64, 2001:db8::ffff, true",
    "2001:db8::/64, 2001:db8:0:1::, false",
    "2001:db8::5, 2001:db8::5, true",
    "2001:db8::5, 2001:db8::4, false",
    "2001:db8::/65, 2001:db8::8000:0:0:0, false",
    "::/0, ffff::, true",
    "::/0, 10.0.0.1, false",
    "0.0.0.0/0, ::1, false",
    "10.0.0.0/8, 10.9.9.9, true",
  })
  void prefixesHoldAddressesOfTheirFamily(String prefix, String address, boolean holds) {
    IpPrefix block = IpPrefix.parse(prefix).orElseThrow();
    assertThat(block.contains(IpAddress.parse(address).orElseThrow())).isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"::/129", "::/", "::/x", "/64", "10.0.0.0/33"})
  void refusesPrefixesThatAreNone(String text) {
    assertThat(IpPrefix.parse(text)).isEmpty();
  }
}
