package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that show consoles; what browsers make of them is shown by a real one. */
final class ConsolePagesTest extends ComputeFixture {

  private static final String CONSOLES = "/compute/consoles";
  private static final Pattern MENTIONED = Pattern.compile("(?:src|href)=\"(assets/[^\"]+)\"");

  @ParameterizedTest
  @CsvSource({"vnc.html,noVNC", "serial.html,xterm.js"})
  void givesAPageThatTakesNothingFromAnywhereElse(String page, String what) {
    Answer given = api.get(CONSOLES + "/" + page, "");
    assertThat(given.status()).isEqualTo(200);
    assertThat(given.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(given.text()).contains(what).doesNotContain("//").doesNotContain("style=");
    assertThat(given.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'");
    assertThat(given.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(given.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(given.header("X-Content-Type-Options")).isEqualTo("nosniff");
    Matcher assets = MENTIONED.matcher(given.text());
    int found = 0;
    while (assets.find()) {
      found++;
      assertThat(api.get(CONSOLES + "/" + assets.group(1), "").status()).isEqualTo(200);
    }
    assertThat(found).isGreaterThanOrEqualTo(2);
  }

  @Test
  void givesALibrarysModulesAndSaysWhatTheBrowserHasAlready() {
    String module = CONSOLES + "/assets/novnc/core/rfb.js";
    Answer given = api.get(module, "");
    assertThat(given.status()).isEqualTo(200);
    assertThat(given.header("Content-Type")).startsWith("text/javascript");
    assertThat(given.text()).contains("export default class RFB");
    Answer again = api.send(api.request(module).header("If-None-Match", given.header("ETag")));
    assertThat(again.status()).isEqualTo(304);
    assertThat(api.get(CONSOLES + "/assets/xterm/lib/xterm.mjs", "").header("Content-Type"))
        .startsWith("text/javascript");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/novnc",
        "/novnc/",
        "/novnc/package.json",
        "/../../db/migration/V001__identity.sql",
        "/%2e%2e/%2e%2e/db/migration/V001__identity.sql",
        "//etc/passwd"
      })
  void givesNothingElse(String name) {
    assertThat(api.get(CONSOLES + "/assets" + name, "").status()).isEqualTo(404);
  }

  @Test
  void leadsABrowserFromASerialConsolesAddressToItsPage() {
    String url = console(running());
    String path = url.substring("ws://virga.test".length());
    Answer led = api.send(api.request(path).header("Accept", "text/html,application/xhtml+xml"));
    assertThat(led.status()).isEqualTo(302);
    assertThat(led.header("Location"))
        .isEqualTo("consoles/serial.html?path=compute%2Fconsoles%3Ftoken%3D" + token(url));
    assertThat(
            api.send(api.request(CONSOLES + "?token=bad").header("Accept", "text/html")).status())
        .isEqualTo(403);
  }

  @Test
  void namesTheServerToWhoeverHasTheToken() {
    String id = running();
    Answer known = api.get(CONSOLES + "/server?token=" + token(console(id)), "");
    assertThat(known.status()).as(known.text()).isEqualTo(200);
    assertThat(known.json().toString())
        .isEqualTo("{\"server\":{\"id\":\"%s\",\"name\":\"vm\"}}".formatted(id));
    assertThat(known.header("Cache-Control")).isEqualTo("no-store");
    assertThat(api.get(CONSOLES + "/server?token=bad", "").status()).isEqualTo(403);
    assertThat(api.get(CONSOLES + "/server", "").status()).isEqualTo(400);
  }

  private String console(String id) {
    return answer(id, Map.of("os-getSerialConsole", Map.of("type", "serial"))).at("/console/url");
  }

  private static String token(String url) {
    return url.substring(url.indexOf('=') + 1);
  }
}
