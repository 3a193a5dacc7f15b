package io.virga.dataplane.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRuleTest {

  private static boolean fits(String pattern, String path) {
    return new AccessRule("compute", "GET", pattern).permits(Set.of("compute"), "GET", path);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2.1/servers, /v2.1/servers, true",
    "/v2.1/servers, /v2.1/servers/, true",
    "/v2.1/servers, /v2.1/servers/7, false",
    "/v2.1/servers, /v2.1/server, false",
    "/v2.1/servers/*, /v2.1/servers/7, true",
    "/v2.1/servers/*, /v2.1/servers, false",
    "/v2.1/servers/*, /v2.1/servers/7/action, false",
    "/v2.1/*/7, /v2.1/servers/7, true",
    "/v2.1/servers/{server_id}/action, /v2.1/servers/7/action, true",
    "/v2.1/servers/{server_id}/action, /v2.1/servers//action, false",
    "/v2.1/servers/{server_id, /v2.1/servers/{server_id, true",
    "/v2.1/**, /v2.1/servers/7/action, true",
    "/v2.1/**, /v2.1/, true",
    "/v2.1/**, /v3/servers, false",
    "/**/action, /v2.1/servers/7/action, true",
    "/**/action, /v2.1/servers/7/actions, false",
    "/**/7/**/x, /a/7/b/7/c/x, true",
    "/**/7/*, /a/7/b/7/c, true",
    "/**, /, true",
  })
  void comparesPaths(String pattern, String path, boolean fits) {
    assertThat(fits(pattern, path)).isEqualTo(fits);
  }

  @Test
  void holdsForItsServiceAndMethodAlone() {
    AccessRule rule = new AccessRule("volumev3", "POST", "/v3/**");
    assertThat(rule.permits(Set.of("volume", "volumev3"), "POST", "/v3/x")).isTrue();
    assertThat(rule.permits(Set.of("compute"), "POST", "/v3/x")).isFalse();
    assertThat(rule.permits(Set.of("volumev3"), "GET", "/v3/x")).isFalse();
  }

  /** The path is the client's own, so no pattern may make it expensive. */
  @Test
  void endsSoonOnAPathThatAlmostFits() {
    assertThat(fits("/**a".repeat(50) + "/end", "/a".repeat(4000))).isFalse();
  }
}
