package io.virga.netagent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmEntry;
import io.virga.netagent.openflow.OxmField;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportMatchesTest {

  @ParameterizedTest
  @CsvSource({"0,65535,1", "22,22,1", "1,65534,30", "8000,8999,6", "65535,65535,1", "0,0,1"})
  void coversARangeOfPortsExactly(int min, int max, int expectedMatches) {
    List<Match> matches =
        TransportMatches.of(Desired.tcp(Direction.INGRESS, min, max, "0.0.0.0/0"), Packets.IPV4);
    for (int port = 0; port <= 0xffff; port++) {
      int candidate = port;
      long hits = matches.stream().filter(match -> matches(match, candidate)).count();
      assertThat(hits).as("port %s", port).isEqualTo(port >= min && port <= max ? 1 : 0);
    }
    assertThat(matches).hasSize(expectedMatches);
  }

  private static boolean matches(Match match, int port) {
    return match
        .entry(OxmField.TCP_DST)
        .map(
            (OxmEntry entry) -> {
              long mask = entry.mask().map(m -> m.toLong()).orElse(0xffffL);
              return (port & mask) == entry.value().toLong();
            })
        .orElse(true);
  }
}
