package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Guests;
import io.virga.benchmarks.cloud.ObjectLoad;
import io.virga.benchmarks.cloud.Patience;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control may be down while data flows, and any process may be killed at any time. */
@EndToEnd
class FaultTest {

  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final int MIN_OBJECTS = 20;

  @Test
  void dataFlowsWhileControlIsStopped(Cloud cloud, Guests guests) {
    String token = cloud.demoToken();
    String container = cloud.objectStoreUrl() + "/while-control-is-down";
    long wrote = guests.lastNumber("vm1", "wrote ");
    long pinged = guests.lastNumber("vm2", "pinged ");
    String flows = cloud.flows();
    cloud.virga("stop", "control").orFail();
    try (ObjectLoad load = new ObjectLoad(container, token)) {
      awaitObjects(load, MIN_OBJECTS);
      assertThat(load.stopAndCountLost()).isZero();
      assertThat(load.failureCount()).isZero();
    } finally {
      cloud.virga("start", "control").orFail();
    }
    guests.awaitProgress("vm1", "wrote ", 2);
    guests.awaitProgress("vm2", "pinged ", 2);
    assertThat(guests.lastNumber("vm1", "wrote ")).isGreaterThan(wrote);
    assertThat(guests.lastNumber("vm2", "pinged ")).isGreaterThan(pinged);
    assertThat(guests.lastLine("vm1", "failed ")).isEmpty();
    assertThat(guests.lastLine("vm2", "lost ")).isEmpty();
    assertThat(cloud.flows()).isEqualTo(flows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "objectstore",
        "blockstore",
        "netagent",
        "compute-agent",
        "control",
        "database",
        "libvirtd"
      })
  void killedProcessComesBackAndNothingAcknowledgedIsLost(
      String process, Cloud cloud, Guests guests) {
    String container = cloud.objectStoreUrl() + "/while-" + process + "-is-killed";
    String started = guests.lastLine("vm1", "starts from ").orElseThrow();
    try (ObjectLoad load = new ObjectLoad(container, cloud.demoToken())) {
      awaitObjects(load, MIN_OBJECTS);
      cloud.killAndAwaitHealthy(process);
      awaitObjects(load, load.acknowledgedCount() + MIN_OBJECTS);
      assertThat(load.stopAndCountLost()).isZero();
    }
    guests.awaitProgress("vm1", "wrote ", 2);
    guests.awaitProgress("vm2", "pinged ", 2);
    if (process.equals("blockstore")) {
      guests.awaitProgress("vm2", "kept ", 2);
      assertThat(guests.lastLine("vm2", "spoilt ")).isEmpty();
    }
    assertThat(guests.lastLine("vm1", "failed ")).isEmpty();
    assertThat(guests.lastLine("vm1", "starts from ")).hasValue(started);
  }

  private static void awaitObjects(ObjectLoad load, int count) {
    Patience.await(
        count + " acknowledged objects",
        RECOVERY_LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(load.acknowledgedCount()).filter(n -> n >= count));
  }
}
