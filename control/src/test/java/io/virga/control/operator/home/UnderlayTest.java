package io.virga.control.operator.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.operator.home.Underlay.Segment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnderlayTest {

  private static final int LONGEST_LINK_NAME = 15;
  private static final IpPrefix LABORATORIES = IpPrefix.parse("198.18.0.0/15").orElseThrow();

  @ParameterizedTest
  @ValueSource(ints = {1024, 8700, 18700, 65_000})
  void givesEachHostAddressesOfItsOwnInTheRange(int basePort) {
    Underlay underlay = new Underlay(basePort);
    Set<String> addresses = new HashSet<>();
    for (CloudHost host : CloudHost.first(CloudHost.MOST)) {
      addresses.add(underlay.management(host));
      addresses.add(underlay.tunnel(host));
    }
    assertThat(addresses).hasSize(2 * CloudHost.MOST);
    assertThat(addresses)
        .allMatch(address -> underlay.range().contains(IpAddress.parse(address).orElseThrow()));
    assertThat(LABORATORIES.overlaps(underlay.range())).isTrue();
  }

  @Test
  void keepsHomesApartWhosePortsAre() {
    for (int base = 1024; base <= 64_950; base += 7) {
      assertThat(new Underlay(base).range().overlaps(new Underlay(base + 50).range())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8700, 65_000})
  void namesLinksAsTheKernelTakesThem(int basePort) {
    for (CloudHost host : List.of(CloudHost.FIRST, new CloudHost(CloudHost.MOST))) {
      for (Segment segment : Segment.values()) {
        assertThat(new Underlay(basePort).link(host, segment)).hasSizeLessThan(16);
        assertThat(segment.port(host) + ".o").hasSizeLessThanOrEqualTo(LONGEST_LINK_NAME);
      }
    }
  }
}
