package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {

  private static String domain(String text) {
    return AgentSettings.read(Settings.of(Map.of("virga.netagent.dns-domain", text)))
        .dns()
        .domain();
  }

  @Test
  void theDomainEndsInADotHoweverItIsWritten() {
    assertThat(AgentSettings.read(Settings.of(Map.of())).dns().domain())
        .isEqualTo("openstacklocal.");
    assertThat(domain("cloud.example.org")).isEqualTo("cloud.example.org.");
    assertThat(domain("cloud.example.org.")).isEqualTo("cloud.example.org.");
    assertThat(domain("a".repeat(63))).isEqualTo("a".repeat(63) + ".");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "a b",
        "-a",
        "a123456789012345678901234567890123456789012345678901234567890123"
      })
  void namesADomainThatIsNone(String text) {
    assertThatThrownBy(() -> domain(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("virga.netagent.dns-domain")
        .hasMessageContaining("'" + text + "'");
  }
}
