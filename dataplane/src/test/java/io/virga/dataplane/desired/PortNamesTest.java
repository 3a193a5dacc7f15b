package io.virga.dataplane.desired;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortNamesTest {

  @ParameterizedTest
  @CsvSource({
    "web, 10.0.0.5, web.example.org.",
    "'', 10.0.0.5, host-10-0-0-5.example.org.",
    "'', 2001:db8::5, host-2001-db8--5.example.org.",
    "www.example.net., 10.0.0.5, www.example.net.",
  })
  void aPortHasItsOwnNameOrThatOfItsAddress(String hostname, String ip, String name) {
    assertThat(PortNames.absolute(PortNames.host(hostname, ip), "example.org.")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "www.Example.org", "www.example.org.", "3com.example", "a-b"})
  void takesNamesOfHosts(String text) {
    assertThat(PortNames.isName(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", ".a", "-a", "a-", "a_b", "a b", "\u00e4", "a\n"})
  void takesNothingElse(String text) {
    assertThat(PortNames.isName(text)).isFalse();
  }

  @Test
  void labelsAndNamesHaveTheirLimits() {
    String label = "a".repeat(63);
    assertThat(PortNames.isName(label)).isTrue();
    assertThat(PortNames.isName(label + "a")).isFalse();
    String most = String.join(".", label, label, label, "a".repeat(61));
    assertThat(most).hasSize(253);
    assertThat(PortNames.isName(most)).isTrue();
    assertThat(PortNames.isName(most + ".")).isTrue();
    assertThat(PortNames.isName(most + "a")).isFalse();
  }
}
