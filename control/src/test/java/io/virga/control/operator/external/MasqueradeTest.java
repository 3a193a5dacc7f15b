package io.virga.control.operator.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.network.PublicNetwork;
import io.virga.control.operator.host.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three namespaces: a neighbour, this machine, and a guest. Real packets; needs root. */
@Tag("e2e")
class MasqueradeTest {

  private static final String NEIGHBOUR = "vmasq-neighbour";
  private static final String MACHINE = "vmasq-machine";
  private static final String GUEST = "vmasq-guest";

  @TempDir private Path directory;

  @BeforeEach
  void make() throws IOException {
    for (String name : List.of(NEIGHBOUR, MACHINE, GUEST)) {
      run("ip netns add " + name);
      run("ip -n %s link set lo up".formatted(name));
    }
    wire(NEIGHBOUR, "192.0.2.2/24", "uplink", "192.0.2.1/24");
    wire(GUEST, "172.24.4.50/24", "br-test", "172.24.4.1/24");
    run("ip -n %s route add default via 172.24.4.1".formatted(GUEST));
    run("ip -n %s route add 172.24.4.0/24 via 192.0.2.1".formatted(NEIGHBOUR));
    run("ip netns exec %s sysctl -q -w net.ipv4.ip_forward=1".formatted(MACHINE));
  }

  private static void wire(String name, String address, String device, String machineAddress) {
    run("ip -n %s link add eth0 type veth peer name %s netns %s".formatted(name, device, MACHINE));
    run("ip -n %s address add %s dev eth0".formatted(name, address));
    run("ip -n %s link set eth0 up".formatted(name));
    run("ip -n %s address add %s dev %s".formatted(MACHINE, machineAddress, device));
    run("ip -n %s link set %s up".formatted(MACHINE, device));
  }

  @AfterEach
  void remove() {
    List.of(NEIGHBOUR, MACHINE, GUEST).forEach(name -> run("ip netns delete " + name));
  }

  @Test
  void guestsGetOutAndNobodyElseIsPassedOn() throws IOException {
    assertThat(pings(NEIGHBOUR, "172.24.4.50")).as("while nothing filters").isTrue();
    load(List.of("br-test", "uplink"));
    assertThat(pings(GUEST, "192.0.2.2")).isTrue();
    assertThat(pings(NEIGHBOUR, "172.24.4.50")).as("from outside").isFalse();
    run("ip -n %s address add 172.24.5.9/32 dev eth0".formatted(GUEST));
    run("ip -n %s route add 172.24.5.9/32 dev br-test".formatted(MACHINE));
    run("ip -n %s route add 172.24.5.9/32 via 192.0.2.1".formatted(NEIGHBOUR));
    assertThat(pings(GUEST, "192.0.2.2 -I 172.24.5.9")).as("with a foreign address").isFalse();
  }

  @Test
  void aMachineThatWasARouterStaysOne() throws IOException {
    load(List.of("br-test"));
    assertThat(pings(GUEST, "192.0.2.2")).isTrue();
    assertThat(pings(NEIGHBOUR, "172.24.4.50")).isTrue();
  }

  private void load(List<String> opened) throws IOException {
    Masquerade masquerade = new Masquerade(directory, 61_200, "br-test", PublicNetwork.RANGE);
    Path rules = Files.writeString(directory.resolve("rules"), masquerade.text(opened));
    run("ip netns exec %s nft -f %s".formatted(MACHINE, rules));
  }

  private static boolean pings(String from, String to) {
    return run(
            "ip netns exec %s sh -c".formatted(from), "ping -q -c 1 -W 1 %s || true".formatted(to))
        .contains("1 received");
  }

  private static String run(String words, String... last) {
    return Programs.run(
        Stream.concat(Arrays.stream(words.split(" ", -1)), Arrays.stream(last)).toList());
  }
}
