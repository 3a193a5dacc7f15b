package io.virga.control.operator.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.ring.InitialRing;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Homes with several nodes of the object store. */
final class ObjectNodesTest {

  private static final int BASE = 8700;

  @TempDir private Path folder;

  @Test
  void everyNodeHasSettingsOfItsOwnAndIsWhereTheRingsSay() throws IOException {
    Home home = provisioned(BASE, 4);
    Set<String> nodes = new HashSet<>();
    Set<String> folders = new HashSet<>();
    Set<PeerIdentity> identities = new HashSet<>();
    for (ObjectNode node : ObjectNode.first(4)) {
      Settings settings = Settings.load(home.settings(node.name()), Map.of());
      HostPort peers = settings.hostPort("virga.objectstore.node");
      nodes.add(peers.toString());
      folders.add(settings.text("virga.objectstore.devices"));
      folders.add(settings.text("virga.state.directory"));
      PeerIdentity identity = ProcessIdentity.load(settings).self();
      identities.add(identity);
      assertThat(identity.service()).isEqualTo("objectstore");
      assertThat(identity.host()).isEqualTo(settings.text("virga.host"));
      assertThat(settings.hostPort("virga.operations.listen").resolve().getAddress())
          .matches(address -> address.isLoopbackAddress());
      assertThat(settings.text("virga.log.name", "objectstore")).isEqualTo(node.name());
    }
    assertThat(folders).hasSize(8);
    assertThat(identities).hasSize(4);
    for (Ring ring : rings(home)) {
      assertThat(ring.devices())
          .extracting(RingDevice::node)
          .containsExactlyElementsOf(sorted(nodes));
    }
  }

  @Test
  void aPartitionIsOnAsManyNodesAsThereAreAndOnThreeAtMost() throws IOException {
    assertThat(rings(provisioned(BASE, 1))).allMatch(ring -> ring.replicas() == 1);
    for (Ring ring : rings(provisioned(BASE, 2))) {
      assertThat(ring.replicas()).isEqualTo(2);
    }
    for (Ring ring : rings(provisioned(BASE, 5))) {
      assertThat(ring.replicas()).isEqualTo(3);
      assertThat(ring.devices()).extracting(RingDevice::zone).doesNotHaveDuplicates();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        assertThat(ring.devicesOf(partition)).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void moreNodesTakeAShareAndNothingIsTakenTwice() throws IOException {
    Home home = provisioned(BASE, 3);
    Ring before = Rings.open(home.rings()).container();
    provisioned(BASE, 4);
    Ring after = Rings.open(home.rings()).container();
    assertThat(after.version()).isEqualTo(before.version() + 1);
    assertThat(after.devices()).containsAll(before.devices()).hasSize(4);
    assertThat(after.replicas()).isEqualTo(3);
    provisioned(BASE, 4);
    assertThat(Rings.open(home.rings()).container().version()).isEqualTo(after.version());
  }

  @Test
  void aNumberOfReplicasThatTheOperatorChoseStays() throws IOException {
    Home home = provisioned(BASE, 3);
    Path file = home.rings().resolve("account.ring");
    RingBuilder builder = RingBuilder.of(RingFile.read(file)).setReplicas(2);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), file);
    provisioned(BASE, 4);
    assertThat(RingFile.read(file).replicas()).isEqualTo(2);
    assertThat(RingFile.read(file).devices()).hasSize(4);
  }

  @Test
  void fewerNodesAreRefusedUntilNoRingSpeaksOfTheOthers() throws IOException {
    Home home = provisioned(BASE, 4);
    Provisioning fewer = provisioning(home, configuration(BASE, 3));
    assertThatThrownBy(fewer::refuseLoss)
        .hasMessageContaining("the ring 'account' still needs objectstore-4")
        .hasMessageContaining("./virga ring set-weight account 127.0.0.4:8712/d1 0");
    for (String name : List.of("account", "container", "object")) {
      Path file = home.rings().resolve(name + ".ring");
      RingBuilder builder = RingBuilder.of(RingFile.read(file)).remove(3);
      builder.rebalance(Instant.EPOCH);
      RingFile.write(builder.rebalance(Instant.EPOCH.plus(Duration.ofDays(1))).ring(), file);
    }
    fewer.refuseLoss();
    fewer.run();
    assertThat(Provisioning.configuration(home).nodes()).hasSize(3);
  }

  @Test
  void theRingsFollowAnotherBasePort() throws IOException {
    Home home = provisioned(BASE, 2);
    Ring before = Rings.open(home.rings()).account();
    provisioned(9700, 2);
    Ring after = Rings.open(home.rings()).account();
    assertThat(after.devices())
        .extracting(RingDevice::node)
        .containsExactly("127.0.0.1:9712", "127.0.0.2:9712");
    assertThat(after.version()).isGreaterThan(before.version());
    for (int partition = 0; partition < after.partitions(); partition++) {
      assertThat(after.deviceId(0, partition)).isEqualTo(before.deviceId(0, partition));
    }
  }

  @Test
  void aHomeOfBeforeComesAlong() throws IOException {
    Home home = provisioned(BASE, 1);
    for (String file : List.of("account.ring", "container.ring", "policies.json")) {
      Files.delete(home.rings().resolve(file));
    }
    Path objects = home.rings().resolve("object.ring");
    Files.delete(objects);
    InitialRing.ensure(objects, List.of("host-1"), 8710, "d1");
    String configuration = Files.readString(home.configuration());
    Files.writeString(
        home.configuration(), configuration.replaceAll("\\s*\"objectNodes\" : 1,", ""));
    assertThat(home.configuration()).content().doesNotContain("objectNodes");
    provisioned(BASE, 1);
    for (Ring ring : rings(home)) {
      assertThat(ring.devices()).extracting(RingDevice::node).containsExactly("127.0.0.1:8712");
    }
  }

  private static List<Ring> rings(Home home) throws IOException {
    Rings rings = Rings.open(home.rings());
    return List.of(rings.account(), rings.container(), rings.object(0));
  }

  private static List<String> sorted(Set<String> texts) {
    return texts.stream().sorted().toList();
  }

  private Home provisioned(int basePort, int nodes) {
    Home home = Home.at(folder.resolve("cloud"));
    provisioning(home, configuration(basePort, nodes)).run();
    return home;
  }

  private static Provisioning provisioning(Home home, CloudConfiguration cloud) {
    return new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom());
  }

  private static CloudConfiguration configuration(int basePort, int nodes) {
    return new CloudConfiguration(
        CloudConfiguration.VERSION,
        "host-1",
        basePort,
        "127.0.0.1",
        "127.0.0.1",
        Optional.empty(),
        Optional.of(nodes),
        Optional.empty(),
        List.of());
  }
}
