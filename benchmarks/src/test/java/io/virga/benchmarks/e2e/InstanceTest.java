package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Guests;
import io.virga.benchmarks.cloud.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A tenant's guests: address, metadata, volume, reboot, and one another. */
@EndToEnd
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstanceTest {

  @Test
  @Order(1)
  void consoleShowsAddressHostnameAndUserData(Guests guests) {
    String console = guests.console("vm1");
    assertThat(console).contains("virga-guest: address " + guests.address("vm1") + "/24");
    assertThat(console).contains("virga-guest: hostname vm1");
    assertThat(console).contains("virga-guest: user-data: formatted");
  }

  @Test
  @Order(2)
  void secondGuestPingsTheFirstAndLogsInWithTheInjectedKey(Guests guests) {
    assertThat(guests.lastLine("vm2", "ssh said:"))
        .hasValueSatisfying(l -> assertThat(l).endsWith("vm1"));
    guests.awaitProgress("vm2", "pinged ", 2);
  }

  @Test
  @Order(3)
  void volumeIsStillReadAfterAHardReboot(Cloud cloud, Guests guests) {
    long written = guests.lastNumber("vm1", "wrote ");
    cloud.demo().run("openstack", "server", "reboot", "--hard", "--wait", "vm1");
    guests.awaitLine("vm1", "found left by vm1");
    assertThat(guests.lastNumber("vm1", "starts from ")).isGreaterThanOrEqualTo(written);
  }

  @Test
  @Order(4)
  void volumeOverIscsiIsDetachedAttachedAndThereAfterAHardReboot(Cloud cloud, Guests guests)
      throws IOException {
    cloud.demo().run("openstack", "server", "remove", "volume", "vm2", "counted");
    guests.awaitLine("vm2", "disk vdb removed");
    long kept = guests.lastNumber("vm2", "kept ");
    long put = guests.lastNumber("vm2", "puts ");
    assertThat(guests.lastLine("vm2", "spoilt ")).isEmpty();
    Patience.await(
        "the volume to be available",
        Duration.ofSeconds(30),
        Duration.ofMillis(250),
        () ->
            Optional.of(
                    cloud
                        .demo()
                        .run(
                            "openstack", "volume", "show", "counted", "-f", "value", "-c", "status")
                        .strip())
                .filter("available"::equals));
    cloud.demo().run("openstack", "server", "add", "volume", "vm2", "counted");
    guests.awaitProgress("vm2", "kept ", 1);
    assertThat(guests.lastNumber("vm2", "came with "))
        .as("all that was read back, and what was written when the disk went, or not")
        .isBetween(kept, put);
    cloud.demo().run("openstack", "server", "reboot", "--hard", "--wait", "vm2");
    guests.awaitProgress("vm2", "kept ", 2);
    assertThat(guests.lastNumber("vm2", "came with ")).isGreaterThan(kept);
    assertThat(AttachmentSecrets.of(cloud)).hasSize(1).noneMatch(s -> s.isTold(cloud));
  }

  @Test
  @Order(5)
  void deletedServerIsGone(Cloud cloud, Guests guests) {
    cloud
        .demo()
        .run(
            ("openstack server create --image guest --flavor m1.tiny --network net1 --wait brief")
                .split(" "));
    cloud.demo().run("openstack", "server", "delete", "--wait", "brief");
    assertThat(cloud.demo().run("openstack", "server", "list", "-f", "value", "-c", "Name"))
        .contains("vm1", "vm2")
        .doesNotContain("brief");
    guests.awaitProgress("vm2", "pinged ", 2);
  }
}
