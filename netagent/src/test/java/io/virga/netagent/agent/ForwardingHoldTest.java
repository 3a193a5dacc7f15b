package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Switch;
import io.virga.netagent.ovsdb.SwitchDatabase;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real forwarding daemon that waits; its datapath is the userspace one all the same. */
@Tag("e2e")
@Timeout(120)
class ForwardingHoldTest {

  @Test
  void aDaemonThatStartsAgainWaitsUntilItHasItsFlows() throws Exception {
    ForwardingHold hold = new ForwardingHold(true);
    try (Switch ovs = Switch.start();
        SwitchDatabase database = SwitchDatabase.open(ovs.databaseSocket(), () -> {})) {
      database.ensureLearningBridge("br-ex", "netdev");
      Guest one = ovs.plugMachine("br-ex", "02:00:00:00:00:01", Optional.empty());
      Guest two = ovs.plugMachine("br-ex", "02:00:00:00:00:02", Optional.empty());
      one.configure("10.0.0.1/24", "10.0.0.2");
      two.configure("10.0.0.2/24", "10.0.0.1");
      Eventually.isTrue("it is armed", () -> armed(hold, database, ovs));
      assertThat(one.pings("10.0.0.2")).as("one that runs does not begin to wait").isTrue();
      ovs.killForwarding();
      ovs.startForwarding();
      assertThat(one.pings("10.0.0.2")).as("while it waits").isFalse();
      hold.connected();
      Eventually.isTrue("it is armed again", () -> armed(hold, database, ovs));
      assertThat(one.pings("10.0.0.2")).as("with its flows").isTrue();
    }
  }

  private static boolean armed(ForwardingHold hold, SwitchDatabase database, Switch ovs) {
    try {
      hold.programmed(database);
      return ovs.vsctl("get open . other_config:flow-restore-wait").contains("true");
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
