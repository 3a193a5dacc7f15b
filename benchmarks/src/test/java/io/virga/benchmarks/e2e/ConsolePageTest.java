package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Guests;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A guest's screen and serial line in a real browser, at the addresses that the client gives. */
@EndToEnd
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsolePageTest {

  private static final Path PICTURES =
      Path.of(System.getProperty("virga.root"), "benchmarks", "target", "pictures");

  /** A shell on the screen; the serial line has its own words. */
  private static final String SHELL_ON_THE_SCREEN =
      """
      #!/bin/sh
      printf '#!/bin/sh\necho "typed $*" >/dev/console\n' >/tmp/tell
      chmod +x /tmp/tell
      clear >/dev/tty1
      openvt -c 1 -f -- /bin/sh -l
      """;

  /** How many pixels are lit, of a canvas that is all dark where nothing is written. */
  private static final String LIT =
      """
      const canvas = document.querySelector('#screen canvas');
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      let lit = 0;
      for (let i = 0; i < pixels.length; i += 4) {
        if (pixels[i] + pixels[i + 1] + pixels[i + 2] > 192) lit++;
      }
      return lit;
      """;

  private static final String FOREIGN =
      "return performance.getEntriesByType('resource').map(e => e.name)"
          + ".filter(name => !name.startsWith(location.origin + '/')).join(' ')";

  @BeforeAll
  static void bootAGuest(Cloud cloud, Guests guests) throws IOException {
    Path userData = Files.writeString(cloud.home().resolve("screen.sh"), SHELL_ON_THE_SCREEN);
    cloud
        .demo()
        .run(
            ("openstack server create --image guest --flavor m1.tiny --network net1 --wait"
                    + " --user-data "
                    + userData
                    + " seen")
                .split(" "));
    guests.awaitLine("seen", "virga-guest: ready");
  }

  @AfterAll
  static void deleteTheGuest(Cloud cloud) {
    cloud.demo().run("openstack", "server", "delete", "--wait", "seen");
  }

  @Test
  @Order(1)
  void showsTheScreenAndTypesIntoIt(Cloud cloud, Guests guests) throws IOException {
    String url = url(cloud, "--novnc");
    String token = token(url);
    try (Browser browser = new Browser()) {
      browser.open(url);
      awaitState(browser, "connected");
      assertThat(browser.text("#server")).isEqualTo("seen");
      assertThat(browser.address()).doesNotContain("?");
      long before = awaitLit(browser, 200);
      // No key that wants another held down: WebDriver does not hold it for the guest.
      browser.type("/tmp/tell in a browser\n");
      guests.awaitLine("seen", "typed in a browser");
      long after = awaitLit(browser, before + 200);
      assertThat(after).isLessThan(720 * 400 / 4);
      browser.photograph(PICTURES.resolve("screen.png"));
      assertThat(browser.evaluate(FOREIGN)).isEqualTo("");
      assertThat(browser.complaints()).isEmpty();

      browser.open(url.replace(token, "x" + token));
      awaitState(browser, "ended");
      assertThat(browser.text("#state")).contains("openstack console url show");
    }
    try (Stream<Path> logs = Files.list(cloud.home().resolve("log"))) {
      assertThat(logs.filter(log -> Cloud.contains(log, token))).isEmpty();
    }
  }

  @Test
  @Order(2)
  void showsTheSerialLineAndSaysWhenItHasEnded(Cloud cloud) {
    String url = url(cloud, "--serial");
    assertThat(url).startsWith("ws://");
    try (Browser browser = new Browser()) {
      browser.open(url.replaceFirst("^ws", "http"));
      awaitState(browser, "connected");
      cloud.demo().run("openstack", "server", "reboot", "--hard", "--wait", "seen");
      awaitState(browser, "closed");
      browser.click("#reconnect");
      awaitState(browser, "connected");
      browser.await(
          "what the guest says on its line",
          () -> Optional.of(browser.text("#screen")).filter(text -> text.contains("virga-guest")));
      browser.photograph(PICTURES.resolve("serial.png"));
      assertThat(browser.evaluate(FOREIGN)).isEqualTo("");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void awaitState(Browser browser, String state) {
    browser.await(
        "the state " + state,
        () ->
            Optional.of(browser.evaluate("return document.getElementById('state').dataset.state"))
                .filter(state::equals));
  }

  private static long awaitLit(Browser browser, long least) {
    return browser.await(
        least + " lit pixels",
        () -> Optional.of((Long) browser.evaluate(LIT)).filter(lit -> lit >= least));
  }

  private static String url(Cloud cloud, String kind) {
    return cloud
        .demo()
        .run("openstack", "console", "url", "show", kind, "seen", "-f", "value", "-c", "url")
        .strip();
  }

  private static String token(String url) {
    String plain = URLDecoder.decode(url, StandardCharsets.UTF_8);
    return plain.substring(plain.lastIndexOf('=') + 1);
  }
}
