package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeMappingsTest {

  @Test
  void readsPairs() {
    assertThat(BridgeMappings.parse("physnet1:br-ex, dmz.2:br_dmz", "br-int").bridges())
        .containsExactlyInAnyOrderEntriesOf(Map.of("physnet1", "br-ex", "dmz.2", "br_dmz"));
    assertThat(BridgeMappings.parse("b:br-b,a:br-a", "br-int")).hasToString("a:br-a,b:br-b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          br-ex                    | expected physical-network:bridge pairs
          physnet1:                | expected physical-network:bridge pairs
          physnet1:br-ex,          | expected physical-network:bridge pairs
          a:bridge-of-16-chr       | at most 15 characters
          a:br/ex                  | expected physical-network:bridge pairs
          a:br-ex,b:br-ex          | 'br-ex' is in use already
          a:br-int                 | 'br-int' is in use already
          a:br-ex,a:br-2           | 'a' is there twice
          """)
  void saysWhatIsAccepted(String text, String reason) {
    assertThatThrownBy(
            () -> AgentSettings.read(Settings.of(Map.of("virga.netagent.bridge-mappings", text))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("virga.netagent.bridge-mappings = '" + text + "': expected ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesATunnelAddressThatIsNone() {
    assertThatThrownBy(
            () ->
                AgentSettings.read(
                    Settings.of(Map.of("virga.netagent.tunnel-address", "host-a.example"))))
        .hasMessage("virga.netagent.tunnel-address = 'host-a.example': expected an IPv4 address");
  }
}
