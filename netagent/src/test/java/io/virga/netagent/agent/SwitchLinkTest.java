package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Shell;
import io.virga.netagent.lab.Switch;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import io.virga.netagent.ovsdb.OvsdbException;
import io.virga.netagent.packet.Ipv4Address;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way to a real switch, where something on it fails at first. */
@Tag("e2e")
@Timeout(120)
class SwitchLinkTest {

  private Switch ovs;
  private Transport transport;
  private SwitchLink link;

  @BeforeEach
  void start() throws Exception {
    ovs = Switch.start();
    transport = Transport.open(TransportChoice.NIO, 1, "test");
    link =
        new SwitchLink(
            new AgentSettings(
                ovs.databaseSocket(),
                ovs.runDirectory(),
                "br-int",
                "netdev",
                Underlay.NONE,
                new AgentSettings.Metadata("virga-meta", new Ipv4Address(0x6440fffe), 80),
                new AgentSettings.Dns("openstacklocal.", List.of(), 53),
                Duration.ofHours(1),
                Duration.ofSeconds(30)),
            transport,
            _ -> List.of(),
            () -> {});
  }

  @AfterEach
  void stop() throws Exception {
    try {
      link.close();
    } finally {
      transport.close();
      ovs.close();
    }
  }

  @Test
  void makesTheBridgeOnceTheDatabaseLetsIt() throws Exception {
    ovs.vsctl("--no-wait add-br other -- set bridge other datapath_type=netdev");
    ovs.vsctl("--no-wait add-port other br-int -- set interface br-int type=internal");
    assertThatThrownBy(link::database).isInstanceOf(OvsdbException.class);
    ovs.vsctl("--no-wait del-br other");
    assertThat(link.database().interfaces()).isNotEmpty();
    assertThat(ovs.vsctl("list-ports br-int")).isEqualTo("virga-meta\n");
  }

  @Test
  void makesTheMetadataPortOnceTheDatabaseLetsIt() throws Exception {
    ovs.emptyDatabase();
    assertThatThrownBy(link::database)
        .isInstanceOf(OvsdbException.class)
        .hasMessageContaining("no row to change")
        .hasMessageContaining("Open_vSwitch");
    ovs.vsctl("--no-wait init");
    assertThat(link.database().interfaces()).isNotEmpty();
    assertThat(ovs.vsctl("list-ports br-int")).isEqualTo("virga-meta\n");
  }

  @Test
  void keepsOneConnectionWithASwitchThatWasTooSlowAtFirst() throws Exception {
    link.database();
    Eventually.isTrue("the bridge is there", ovs::hasManagementSocket);
    ovs.signalForwarding("STOP");
    try {
      assertThatThrownBy(() -> link.connection(() -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer in time");
    } finally {
      ovs.signalForwarding("CONT");
    }
    OpenFlowConnection connection = link.connection(() -> {});
    assertThat(FlowReader.read(new SwitchTables(connection))).isEmpty();
    Eventually.isTrue("one connection is left", () -> connections() == 1);
  }

  /** How many of ours the bridge has accepted; the kernel counts them where they come from. */
  private long connections() {
    try {
      return Shell.line("ss -x -H state established")
          .lines()
          .filter(line -> line.contains(ovs.runDirectory() + "/br-int.mgmt"))
          .count();
    } catch (IOException failure) {
      return -1;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
