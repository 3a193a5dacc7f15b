package io.virga.control.operator.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.network.address.IpPrefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {

  private static final IpPrefix RANGE = IpPrefix.parse("172.24.4.0/24").orElseThrow();

  @ParameterizedTest
  @ValueSource(strings = {"172.24.4.0/24", "172.24.4.77", "172.24.4.128/25", "172.16.0.0/12"})
  void namesAnotherRouteToThePublicRange(String destination) {
    Routes routes =
        Routes.of(
            """
            [{"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"},
             {"dst": "%s", "dev": "tun0"}]"""
                .formatted(destination));
    assertThat(routes.through(RANGE, "br-ex"))
        .hasValueSatisfying(r -> assertThat(r).hasToString(destination + " on tun0"));
    assertThat(routes.through(RANGE, "tun0")).isEmpty();
  }

  @Test
  void takesNoOfferOfEverythingForOne() {
    Routes routes =
        Routes.of(
            """
            [{"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"},
             {"type": "blackhole", "dst": "10.0.0.0/8"},
             {"dst": "192.0.2.0/24", "dev": "eth0"}]""");
    assertThat(routes.through(RANGE, "br-ex")).isEmpty();
    assertThat(routes.uplinks()).containsExactly("eth0");
    assertThat(Routes.of("").uplinks()).isEmpty();
  }
}
