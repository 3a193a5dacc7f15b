package io.virga.control.operator.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.VirgaCommand;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.ring.InitialRing;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RingCommandTest {

  @TempDir Path home;

  private final StringWriter out = new StringWriter();

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/supervisor.json"), "{}");
    Files.createDirectories(home.resolve("ring"));
    InitialRing.ensureAll(home.resolve("ring"), List.of("host-1"), 8710, "d1");
  }

  @Test
  void growsTheRingThatAHomeBeganWith() throws IOException {
    assertThat(run("add", "object", "d1", "--node", "host-2:8710", "--zone", "2")).isZero();
    assertThat(run("add", "object", "d1", "--node", "[fd00::3]:8710", "--zone", "3")).isZero();
    assertThat(said()).contains("device 1 is host-2:8710/d1", "device 2 is [fd00::3]:8710/d1");
    assertThat(run("set-replicas", "object", "3")).isZero();
    assertThat(run("show", "object")).isZero();
    assertThat(said()).contains("changes wait for a rebalance");
    assertThat(run("rebalance", "object", "--offline")).isZero();
    assertThat(said())
        .contains("version 2, 0 of 3072 replicas moved, 2048 placed")
        .contains("balance 0.00 %, dispersion 0.00 %");
    Rings rings = Rings.open(home.resolve("ring"));
    assertThat(rings.object(0).devicesOf(7))
        .extracting(RingDevice::host)
        .containsExactlyInAnyOrder("host-1", "host-2", "fd00::3");
    assertThat(run("validate")).isZero();
  }

  @Test
  void placesNothingOnANodeThatDoesNotAnswer() throws IOException {
    try (ServerSocket node = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listening = "127.0.0.1:" + node.getLocalPort();
      assertThat(run("add", "object", "d1", "--node", listening)).isZero();
      assertThat(run("rebalance", "object")).isZero();
      assertThat(run("add", "object", "d1", "--node", "127.0.0.1:1")).isZero();
      said();
      assertThat(run("rebalance", "object")).isEqualTo(1);
      assertThat(said())
          .contains("127.0.0.1:1, where the new device d1 is, does not answer")
          .contains("--offline");
    }
    assertThat(RingFile.read(home.resolve("ring/object.ring")).version()).isEqualTo(2);
  }

  @Test
  void movesWhatWasOnARemovedDevice() throws IOException {
    assertThat(run("add", "container", "d2", "--node", "host-1:8710")).isZero();
    assertThat(run("rebalance", "container", "--offline")).isZero();
    assertThat(said()).contains("512 of 1024 replicas moved");
    assertThat(run("remove", "container", "host-1:8710/d1")).isZero();
    assertThat(run("rebalance", "container", "--offline")).isZero();
    assertThat(said()).contains("version 3, 512 of 1024 replicas moved");
    assertThat(RingFile.read(home.resolve("ring/container.ring")).predecessor(0, 0)).isPresent();
  }

  @Test
  void showsItselfToPrograms() {
    assertThat(run("set-overload", "account", "0.1")).isZero();
    assertThat(run("set-min-part-hours", "account", "24")).isZero();
    assertThat(run("set-weight", "account", "0", "250")).isZero();
    said();
    assertThat(run("show", "account", "--json")).isZero();
    JsonNode shown = Json.mapper().readTree(said()).get(0);
    assertThat(shown.get("name").asString()).isEqualTo("account");
    assertThat(shown.get("overload").asDouble()).isEqualTo(0.1);
    assertThat(shown.get("minPartHours").asInt()).isEqualTo(24);
    assertThat(shown.get("pending").asBoolean()).isTrue();
    assertThat(shown.get("quality").get("dispersion").asDouble()).isZero();
    assertThat(shown.get("devices").get(0).get("weight").asDouble()).isEqualTo(250);
    assertThat(shown.get("devices").get(0).get("slots").asInt()).isEqualTo(1024);
  }

  @Test
  void addsAStoragePolicyOnceItsRingIsThere() throws IOException {
    assertThat(run("policy", "add", "1", "gold", "--default")).isEqualTo(1);
    assertThat(said()).contains("object-1.ring", "virga ring create");
    assertThat(run("create", "object-1", "--part-power", "4", "--replicas", "1")).isZero();
    assertThat(run("validate")).isEqualTo(1);
    assertThat(said()).contains("object-1: has never been rebalanced");
    assertThat(run("add", "object-1", "d1", "--node", "host-1:8710")).isZero();
    assertThat(run("rebalance", "object-1", "--offline")).isZero();
    assertThat(run("policy", "add", "1", "gold", "--default")).isZero();
    assertThat(run("policy", "list")).isZero();
    assertThat(said()).contains("0  default\n", "1  gold (default)");
    assertThat(Rings.open(home.resolve("ring")).object(1).partitions()).isEqualTo(16);
    assertThat(run("policy", "add", "2", "Gold")).isEqualTo(1);
    assertThat(said()).contains("two storage policies are called 'Gold'");
  }

  @Test
  void saysWhichValueIsWrongAndWhatIsAccepted() {
    assertThat(run("add", "object", "d1", "--node", "host-1")).isEqualTo(1);
    assertThat(said()).contains("'host-1' is no node: HOST:PORT, or [IPV6]:PORT");
    assertThat(run("add", "objects", "d1", "--node", "h:1")).isEqualTo(1);
    assertThat(said()).contains("'objects' is no name of a ring: account, container, object");
    assertThat(run("show", "object-9")).isEqualTo(1);
    assertThat(said()).contains("no ring 'object-9'; there are: account, container, object");
    assertThat(run("set-weight", "object", "7", "1")).isEqualTo(1);
    assertThat(said()).contains("no device '7'");
    assertThat(run("set-overload", "object", "-1")).isEqualTo(1);
    assertThat(said()).contains("overload factor -1.0 is not in 0..1000000");
    assertThat(run("create", "object")).isEqualTo(1);
    assertThat(said()).contains("there is a ring 'object' already");
    assertThat(run("set-replicas", "object", "2")).isZero();
    assertThat(run("rebalance", "object", "--offline")).isEqualTo(1);
    assertThat(said()).contains("2 replicas need at least as many devices");
  }

  @Test
  void writesARingAgainThatACrashKeptFromBeingWritten() throws IOException {
    Path file = home.resolve("ring/object.ring");
    byte[] first = Files.readAllBytes(file);
    assertThat(run("rebalance", "object", "--offline")).isZero();
    Files.write(file, first);
    said();
    assertThat(run("validate")).isEqualTo(1);
    assertThat(said()).contains("the ring file has version 1, its builder 2");
    assertThat(run("set-overload", "object", "0")).isZero();
    assertThat(RingFile.read(file).version()).isEqualTo(2);
  }

  @Test
  void refusesABuilderThatIsOlderThanItsRing() throws IOException {
    assertThat(run("rebalance", "object", "--offline")).isZero();
    byte[] old = Files.readAllBytes(home.resolve("ring/object.builder"));
    assertThat(run("rebalance", "object", "--offline")).isZero();
    Files.write(home.resolve("ring/object.builder"), old);
    assertThat(run("rebalance", "object", "--offline")).isEqualTo(1);
    assertThat(said()).contains("has version 3, but its builder only 2");
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("ring"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    PrintWriter writer = new PrintWriter(out, true);
    return VirgaCommand.run(writer, writer, all.toArray(String[]::new));
  }

  /** All that was said since the last call. */
  private String said() {
    String said = out.toString();
    out.getBuffer().setLength(0);
    return said;
  }
}
