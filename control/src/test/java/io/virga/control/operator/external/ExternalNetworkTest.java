package io.virga.control.operator.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Programs;
import io.virga.control.operator.host.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On this machine, with a bridge of the kernel's in the place of Open vSwitch's; needs root. */
@Tag("e2e")
class ExternalNetworkTest {

  private static final int BASE_PORT = 61_000;
  private static final String BRIDGE = "br-ex61000";
  private static final String TABLE = "virga61000";

  @TempDir private Path root;
  private Home home;

  @BeforeEach
  void make() throws IOException {
    home = Home.at(root);
    Files.createDirectories(home.run());
    run("ip", "link", "add", BRIDGE, "type", "bridge");
  }

  @AfterEach
  void remove() {
    run("ip", "link", "delete", BRIDGE);
  }

  @Test
  void isMadeOnceTheBridgeIsThereAndUndoneByAnotherProcess() {
    String before = forwarding();
    ExternalNetwork made = external(BASE_PORT);
    assertThat(made.off()).isEmpty();
    assertThat(made.ensure()).isEmpty();
    assertThat(made.ensure()).isEmpty();
    assertThat(addresses()).contains("172.24.4.1/24");
    assertThat(run("nft", "list", "table", "ip", TABLE)).containsOnlyOnce("masquerade");
    assertThat(forwarding()).doesNotContain("0");
    ExternalNetwork later = external(BASE_PORT);
    assertThat(later.off()).isEmpty();
    assertThat(later.ensure()).isEmpty();
    external(BASE_PORT).remove();
    external(BASE_PORT).remove();
    assertThat(addresses()).isEmpty();
    assertThat(run("nft", "list", "tables")).doesNotContain(TABLE);
    assertThat(forwarding()).isEqualTo(before);
    assertThat(home.run()).isEmptyDirectory();
  }

  @Test
  void isLeftOutWhereTheRangeIsInUse() throws IOException {
    Home another = Home.at(root.resolve("another"));
    Files.createDirectories(another.run());
    assertThat(external(BASE_PORT).ensure()).isEmpty();
    try {
      ExternalNetwork other = external(another, BASE_PORT + 100);
      assertThat(other.off())
          .containsEntry("external", "172.24.4.0/24 is in use here: 172.24.4.0/24 on " + BRIDGE)
          .containsEntry("nat", "this machine is not in the network 'public'");
      assertThat(other.ensure()).isEmpty();
      other.remove();
      assertThat(addresses()).contains("172.24.4.1/24");
      assertThat(run("nft", "list", "tables")).contains(TABLE);
    } finally {
      external(BASE_PORT).remove();
    }
  }

  @Test
  void anothersBridgeOfItsNameIsLeftAlone() {
    run("ip", "address", "add", "172.24.4.1/24", "dev", BRIDGE);
    ExternalNetwork external = external(BASE_PORT);
    assertThat(external.off())
        .containsEntry(
            "external", BRIDGE + " is there already, with an address that is not this cloud's");
    assertThat(external.ensure()).isEmpty();
    external.remove();
    assertThat(addresses()).contains("172.24.4.1/24");
  }

  @Test
  void isLeftOutWhereTheOperatorSaysSo() {
    assertThat(external(BASE_PORT, "nat").off())
        .isEqualTo(Map.of("nat", "switched off by --without nat"));
    assertThat(external(BASE_PORT, "external").off()).containsOnlyKeys("external", "nat");
    assertThat(external(BASE_PORT, "external").ensure()).isEmpty();
    assertThat(addresses()).isEmpty();
  }

  @Test
  void waitsForTheBridge() {
    assertThat(external(BASE_PORT + 100).ensure())
        .hasValue("the bridge br-ex61100 is not there yet");
  }

  private ExternalNetwork external(int basePort, String... without) {
    return external(home, basePort, without);
  }

  private static ExternalNetwork external(Home home, int basePort, String... without) {
    CloudConfiguration cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "host",
            basePort,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(without));
    return new ExternalNetwork(home, cloud, Machine.local());
  }

  private static String addresses() {
    return run("ip", "-4", "-o", "address", "show", "dev", BRIDGE);
  }

  /** Of the bridge, and of the interfaces of the default route. */
  private static String forwarding() {
    StringBuilder all = new StringBuilder();
    all.append(run("cat", "/proc/sys/net/ipv4/conf/" + BRIDGE + "/forwarding"));
    for (String uplink : Routes.now().uplinks()) {
      all.append(run("cat", "/proc/sys/net/ipv4/conf/" + uplink + "/forwarding"));
    }
    return all.toString();
  }

  private static String run(String... command) {
    return Programs.run(List.of(command));
  }
}
