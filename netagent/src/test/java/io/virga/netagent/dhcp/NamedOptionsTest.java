package io.virga.netagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Octets;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamedOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "bootfile-name, pxelinux.0, 67, 7078656c696e75782e30",
    "67, pxelinux.0, 67, 7078656c696e75782e30",
    "mtu, 1400, 26, 0578",
    "lease-time, 3600, 51, 00000e10",
    "default-ttl, 64, 23, 40",
    "tftp-server-address, 10.0.0.9, 150, 0a000009",
    "'ntp-server', '192.0.2.1, 192.0.2.2', 42, c0000201c0000202",
    "200, 192.0.2.1, 200, c0000201",
    "200, hello, 200, 68656c6c6f",
  })
  void writesValuesInTheFormOfTheirOption(String name, String value, int code, String hex) {
    assertThat(NamedOptions.encode(name, value))
        .contains(new NamedOptions.Encoded(code, Octets.ofHex(hex)));
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-option, x",
    "mtu, many",
    "mtu, 65536",
    "default-ttl, 256",
    "ntp-server, ntp.example.org",
    "53, 5",
    "54, 192.0.2.1",
    "255, x",
    "0, x",
    "999, x",
    "hostname, ''",
  })
  void writesNothingThatIsNoneOrNotAPortsToSet(String name, String value) {
    assertThat(NamedOptions.encode(name, value)).isEmpty();
  }

  @Test
  void aValueFitsIntoOneOption() {
    assertThat(NamedOptions.encode("root-path", "x".repeat(255)))
        .contains(
            new NamedOptions.Encoded(
                17, Octets.copyOf("x".repeat(255).getBytes(StandardCharsets.US_ASCII))));
    assertThat(NamedOptions.encode("root-path", "x".repeat(256))).isEmpty();
  }
}
