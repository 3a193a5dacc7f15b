package io.virga.control.operator.underlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Underlay;
import io.virga.control.operator.lab.Lab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real namespaces of a home of its own; needs root. */
@Tag("e2e")
class UnderlayLinksTest {

  private static final int BASE_PORT = 61_000;
  private static final Underlay UNDERLAY = new Underlay(BASE_PORT);
  private static final CloudHost SECOND = new CloudHost(2);
  private static final CloudHost THIRD = new CloudHost(3);

  @TempDir private Path root;
  private Home home;
  private CloudConfiguration cloud;
  private UnderlayLinks links;

  @BeforeEach
  void make() throws IOException {
    home = Home.at(root);
    Files.createDirectories(home.run());
    cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "vm",
            BASE_PORT,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.of(3),
            List.of());
    links = new UnderlayLinks(home.run(), cloud);
    links.ensure();
  }

  @AfterEach
  void remove() throws IOException {
    links.remove();
    links.remove();
    assertThat(NetworkNamespace.startingWith("virga" + BASE_PORT)).isEmpty();
    assertThat(NetworkNamespace.OWN.links()).noneMatch(name -> name.endsWith("" + BASE_PORT));
    assertThat(home.run()).isEmptyDirectory();
  }

  @Test
  void joinsAllHostsWithFramesAsLongAsTunnelsNeedAndStaysAsItIs() {
    links.ensure();
    assertThat(ping(CloudHost.FIRST, THIRD)).isTrue();
    assertThat(ping(THIRD, SECOND)).isTrue();
    assertThat(of(SECOND).run("ip", "link", "show", "dev", "tunnel")).contains("mtu 1600");
    assertThat(NetworkNamespace.OWN.run("ip", "link", "show", "dev", "v-tunnel61000"))
        .contains("mtu 1600");
  }

  @Test
  void cutsOneHostOffAndBringsItBack() {
    Lab lab = new Lab(home, cloud);
    lab.cut(lab.host("vm-2"));
    links.ensure();
    assertThat(lab.fault(SECOND)).hasValue("cut off");
    assertThat(lab.fault(THIRD)).isEmpty();
    assertThat(ping(THIRD, SECOND)).isFalse();
    assertThat(ping(CloudHost.FIRST, THIRD)).isTrue();
    lab.heal(SECOND);
    assertThat(lab.fault(SECOND)).isEmpty();
    assertThat(ping(THIRD, SECOND)).isTrue();
    assertThatThrownBy(() -> lab.host("vm-4")).hasMessageContaining("there are: vm, vm-2, vm-3");
  }

  /** As probes of further hosts do: their loopback is not this one. */
  @Test
  void opensSocketsInAnotherNamespace() throws IOException {
    try (ServerSocket server = of(SECOND).within(UnderlayLinksTest::listen)) {
      InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
      assertThat(of(SECOND).within(() -> connects(address))).isTrue();
      assertThat(of(THIRD).within(() -> connects(address))).isFalse();
      assertThat(connects(address)).isFalse();
    }
  }

  @Test
  void refusesTheNamespacesOfAnotherHome() throws IOException {
    Path other = Files.createDirectory(root.resolve("other"));
    UnderlayLinks others = new UnderlayLinks(other, cloud);
    assertThatThrownBy(others::ensure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("virga61000 is not of this home");
    others.remove();
    assertThat(ping(CloudHost.FIRST, SECOND)).isTrue();
    Files.delete(other);
  }

  @Test
  void saysThatTheRangeIsInUse() throws IOException {
    links.remove();
    String used = UNDERLAY.management(THIRD) + "/32";
    NetworkNamespace.OWN.run("ip", "route", "add", "blackhole", used);
    try {
      assertThatThrownBy(links::ensure)
          .hasMessageContaining(UNDERLAY.range() + " for base port 61000, which is in use here");
    } finally {
      NetworkNamespace.OWN.run("ip", "route", "delete", "blackhole", used);
    }
  }

  private static boolean ping(CloudHost from, CloudHost to) {
    try {
      of(from).run("ping", "-c", "1", "-W", "1", UNDERLAY.management(to));
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static NetworkNamespace of(CloudHost host) {
    return UnderlayLinks.of(UNDERLAY, host);
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean connects(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
