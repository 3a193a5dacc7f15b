package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cloud of two hosts, in a network namespace of its own beside the other tests' cloud, with a
 * guest on each: made with the stock client.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralHostsTest {

  private static final int BASE_PORT = 28700;
  private static final String NAMESPACE = "virga-e2e-hosts";
  private static final String ADDRESS = "10.20.0.12";
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
  private static final int DELAY_MILLIS = 150;

  private static final String PING_THE_OTHER =
      """
      #!/bin/sh
      i=0
      while :; do
        i=$((i+1))
        t=$(ping -c 1 -W 2 %s 2>/dev/null | sed -n 's/.*time=\\([0-9]*\\).*/\\1/p')
        if [ -n "$t" ]; then echo "pinged $i"; echo "took $t"; else echo "lost $i"; fi
        if ping -c 1 -W 1 172.24.4.1 >/dev/null 2>&1; then echo "outside $i"; fi
        sleep 0.5
      done
      """
          .formatted(ADDRESS);

  private final ScratchDirectory scratch = ScratchDirectory.make("virga-hosts");
  private final Shell machine = new Shell(Map.of(), scratch.path());
  private final Cloud cloud =
      new Cloud(
          Path.of(System.getProperty("virga.root")),
          scratch.path().resolve("home"),
          List.of("nsenter", "--net=/run/netns/" + NAMESPACE));
  private String second = "";

  @BeforeAll
  void start() throws IOException {
    machine.run("ip", "netns", "add", NAMESPACE);
    machine.run("ip", "-n", NAMESPACE, "link", "set", "lo", "up");
    cloud.up(BASE_PORT, "--hosts", "2");
    Path image = scratch.path().resolve("guest.qcow2");
    cloud.imageBuild(BUILD_LIMIT, image);
    openstack(
        "image create --disk-format qcow2 --container-format bare --file " + image + " guest");
    openstack("network create net1");
    openstack("subnet create --network net1 --subnet-range 10.20.0.0/24 subnet1");
    openstack("security group create reachable");
    openstack("security group rule create --protocol icmp reachable");
    second =
        openstack("compute service list -f value -c Host")
            .lines()
            .filter(host -> host.endsWith("-2"))
            .findFirst()
            .orElseThrow();
    Path ping = Files.writeString(scratch.path().resolve("ping.sh"), PING_THE_OTHER);
    create("vm2", second, "--nic net-id=net1,v4-fixed-ip=" + ADDRESS);
    create("vm1", second.replaceFirst("-2$", ""), "--network net1 --user-data " + ping);
  }

  @AfterAll
  void stop() {
    cloud.close();
    assertThat(machine.run("ip", "netns", "list")).doesNotContain("virga" + BASE_PORT);
    assertThat(machine.run("ip", "-n", NAMESPACE, "-brief", "link").lines()).hasSize(1);
    machine.run("ip", "netns", "delete", NAMESPACE);
    scratch.close();
  }

  @Test
  @Order(1)
  void guestsOnTwoHostsPingEachOther() {
    awaitProgress("pinged ", 3);
    String placed =
        openstack("server list --long -f value -c Name -c Host")
            .lines()
            .sorted()
            .toList()
            .toString();
    assertThat(placed).contains("vm2 " + second).doesNotContain("vm1 " + second);
  }

  @Test
  @Order(2)
  void aSlowHostIsSlowUntilItIsHealed() {
    cloud.lab("slow", second, "--delay", DELAY_MILLIS + "ms");
    Patience.await(
        "slow answers",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(last("took ")).filter(took -> took >= 2 * DELAY_MILLIS));
    cloud.lab("heal", second);
    Patience.await(
        "fast answers",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(last("took ")).filter(took -> took < DELAY_MILLIS));
  }

  @Test
  @Order(3)
  void aHostThatWasCutOffComesBack() {
    cloud.lab("cut", second);
    awaitProgress("lost ", 1);
    cloud.lab("heal", second);
    awaitProgress("pinged ", 3);
    Patience.await(
        "all to be well",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(cloud.virga("status")).filter(status -> status.exitCode() == 0));
  }

  @Test
  @Tag("soak")
  @Order(4)
  void processesOfAFurtherHostComeBackAndPacketsFlow() {
    cloud.killAndAwaitHealthy("netagent-2", "compute-agent-2", "blockstore-2");
    awaitProgress("pinged ", 3);
  }

  @Test
  @Order(5)
  void floatingIpsOnBothHostsAreReachedFromTheMachineAndGuestsGetOut() {
    openstack("router create router1");
    openstack("router set --external-gateway public router1");
    openstack("router add subnet router1 subnet1");
    awaitProgress("outside ", 1);
    for (String server : List.of("vm1", "vm2")) {
      String address =
          openstack("floating ip create public -f value -c floating_ip_address").strip();
      openstack("server add floating ip " + server + " " + address);
      Patience.await(
          "an answer of " + server + " at " + address,
          LIMIT,
          LOOK_INTERVAL,
          () -> Optional.of(ping(address)).filter(answered -> answered));
    }
  }

  /** From the machine's own network namespace. */
  private boolean ping(String address) {
    return machine
            .attempt(
                "nsenter", "--net=/run/netns/" + NAMESPACE, "ping", "-c", "1", "-W", "1", address)
            .exitCode()
        == 0;
  }

  private void create(String name, String host, String more) {
    openstack(
        "server create --image guest --flavor m1.tiny --security-group reachable"
            + " --availability-zone nova:%s %s %s".formatted(host, more, name));
  }

  private String openstack(String arguments) {
    return cloud.admin().run(("openstack " + arguments).split(" "));
  }

  private void awaitProgress(String text, long more) {
    long before = last(text);
    Patience.await(
        "vm1 to get from '" + text + "' " + before + " on by " + more,
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(last(text)).filter(now -> now >= before + more));
  }

  /** The number that ends the newest line of vm1's console with the text; 0 without one. */
  private long last(String text) {
    return cloud
        .printed(cloud.admin(), "vm1")
        .lines()
        .filter(line -> line.contains(text))
        .reduce((first, later) -> later)
        .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1).strip()))
        .orElse(0L);
  }
}
