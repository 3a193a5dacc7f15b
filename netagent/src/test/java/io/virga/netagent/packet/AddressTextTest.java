package io.virga.netagent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.255", "255.255.255.255", "192.0.2.1"})
  void readsAnIpv4AddressAsItIsWritten(String text) {
    assertThat(Ipv4Address.parse(text)).get().hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0",
        "10.0.0.",
        ".0.0.1",
        "10..0.1",
        "10.0.0.1.2",
        "10.0.0.256",
        "10.0.0.0001",
        "10.0.0.-1",
        "10.0.0.1 ",
        "10.0.0.a",
        "10.0.0.\u0661",
        "10.0.0.1/32",
        "::1"
      })
  void noOtherTextIsAnIpv4Address(String text) {
    assertThat(Ipv4Address.parse(text)).isEmpty();
  }

  @Test
  void readsAMacAddress() {
    assertThat(MacAddress.parse("fa:16:3E:0:01:ff")).contains(new MacAddress(0xfa163e0001ffL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fa",
        "fa:16:3e:00:01",
        "fa:16:3e:00:01:",
        ":16:3e:00:01:ff",
        "fa:16:3e:00:01:ff:00",
        "fa:16:3e:00:01:fff",
        "fa:16:3e:00:01:fg",
        "fa:16:3e:00:01:-1",
        "fa:16:3e:00:01:\u0661",
        "fa:16:3e:00:01:\uff11",
        "fa163e0001ff"
      })
  void noOtherTextIsAMacAddress(String text) {
    assertThat(MacAddress.parse(text)).isEmpty();
  }
}
