package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Servers that are put away, and taken back. */
final class ServerShelfTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void isShutDownForgottenByItsHostAndTakenBack() {
    String id = running();
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("shelve", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(states(id)).isEqualTo("ACTIVE active shelving");
    assertThat(act(id, Map.of("shelve", Map.of()))).isEqualTo(409);
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.ABSENT);
    assertThat(states(id)).isEqualTo("SHELVED shelved shelving_offloading");
    assertThat(claimedMebibytes()).isEqualTo(512);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(states(id)).isEqualTo("SHELVED_OFFLOADED shelved_offloaded ");
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(claimedMebibytes()).isZero();
    assertThat(disks.own(id)).as("its disk stays").hasSize(1);
    assertThat(instancesUsed()).as("it counts as before").isEqualTo(1);
    Answer shown = api.get(ROOT + "servers/" + id, admin);
    assertThat(shown.json().at("/server/OS-EXT-SRV-ATTR:host").isNull()).isTrue();
    assertThat(shown.at("/server/hostId")).isEmpty();
    assertThat(api.get(ROOT + "os-hypervisors/one/servers", admin).text()).doesNotContain(id);
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    assertThat(only(InstanceSpec.class).disks()).hasSize(1);
    assertThat(claimedMebibytes()).isEqualTo(512);
    assertThat(states(id)).isEqualTo("SHELVED_OFFLOADED shelved_offloaded unshelving");
    report(id, 5, ObservedState.Status.READY, "running");
    assertThat(states(id)).isEqualTo("ACTIVE active ");
    assertThat(versioned("2.1", "servers/" + id + "/os-instance-actions").text())
        .contains("\"shelve\"", "\"unshelve\"")
        .doesNotContain("Error");
    assertThat(api.get(ROOT + "servers?status=active", token).json().at("/servers").size())
        .isEqualTo(1);
  }

  @Test
  void waitsForRoomOnTheHostOfItsDisks() {
    connect("two", 4096);
    String id = create(body("vm", "1"));
    String host = api.get(ROOT + "servers/" + id, admin).at("/server/OS-EXT-SRV-ATTR:host");
    observe(host, id, 1, ObservedState.Status.READY, "running");
    act(id, Map.of("shelve", Map.of()));
    observe(host, id, 2, ObservedState.Status.READY, "stopped");
    observe(host, id, 3, ObservedState.Status.ABSENT, "");
    api.database()
        .sql("UPDATE host SET memory_bytes = 0 WHERE name = :host")
        .bind("host", host)
        .execute()
        .block(SOON);
    disks.tied = Optional.of(host);
    Answer refused = answer(id, Map.of("unshelve", Map.of()));
    assertThat(refused.status()).as(refused.text()).isEqualTo(409);
    assertThat(status(id)).isEqualTo("SHELVED_OFFLOADED");
    connect(host, 512);
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(202);
    assertThat(api.get(ROOT + "servers/" + id, admin).at("/server/OS-EXT-SRV-ATTR:host"))
        .isEqualTo(host);
  }

  @Test
  void goesOnElsewhereWhenItsHostHasNoRoom() {
    String id = away();
    connect("two", 4096);
    connect(HOST, 100);
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(202);
    assertThat(api.get(ROOT + "servers/" + id, admin).at("/server/OS-EXT-SRV-ATTR:host"))
        .isEqualTo("two");
    assertThat(disks.places).containsEntry(id, "two");
    assertThat(api.told("two", InstanceSpec.class)).hasSize(1);
    assertThat(told(InstanceSpec.class)).isEmpty();
    observe("two", id, 5, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void isDeletedWhileItIsAway() {
    String other = running();
    String id = away();
    assertThat(claimedMebibytes()).isEqualTo(512);
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(204);
    assertThat(status(id)).isEqualTo("SHELVED_OFFLOADED");
    report(id, 5, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
    assertThat(claimedMebibytes()).as("that of the other").isEqualTo(512);
    assertThat(instancesUsed()).isEqualTo(1);
    assertThat(status(other)).isEqualTo("ACTIVE");
  }

  @Test
  void givesItsPlaceBackOnceWhenItIsDeletedOnItsWay() {
    running();
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(api.delete(ROOT + "servers/" + id, token).status()).isEqualTo(204);
    report(id, 3, ObservedState.Status.ABSENT, "");
    report(id, 4, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
    assertThat(claimedMebibytes()).isEqualTo(512);
  }

  @Test
  void outlivesWhatItsHostSaysLateOfAnEarlierEnd() {
    String id = away();
    report(id, 3, ObservedState.Status.READY, "stopped");
    assertThat(status(id)).isEqualTo("SHELVED_OFFLOADED");
    act(id, Map.of("unshelve", Map.of()));
    report(id, 3, ObservedState.Status.ABSENT, "");
    report(id, 5, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
    api.delete(ROOT + "servers/" + id, token);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(200);
    report(id, 6, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
  }

  @Test
  void isRenamedWhileItIsAwayAndItsHostHearsNothing() {
    String id = away();
    Map<String, Object> change = Map.of("server", Map.of("name", "other"));
    assertThat(api.put(ROOT + "servers/" + id, token, change).status()).isEqualTo(200);
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(states(id)).isEqualTo("SHELVED_OFFLOADED shelved_offloaded ");
    act(id, Map.of("unshelve", Map.of()));
    assertThat(only(InstanceSpec.class).name()).isEqualTo("other");
  }

  @Test
  void isOnNoShelfWhenItCouldNotBeShutDownAndWentOn() {
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.FAILED, "running");
    assertThat(status(id)).isEqualTo("ERROR");
    assertThat(act(id, Map.of("reboot", Map.of("type", "HARD")))).isEqualTo(202);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(states(id)).isEqualTo("ACTIVE active ");
    Map<String, Object> offload = Map.of("shelveOffload", Map.of());
    assertThat(api.post(ROOT + "servers/" + id + "/action", admin, offload).status())
        .isEqualTo(409);
    report(id, 3, ObservedState.Status.READY, "stopped");
    report(id, 4, ObservedState.Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(states(id)).isEqualTo("SHUTOFF stopped ");
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(202);
  }

  @Test
  void isOnNoShelfWhenItCouldNotBeShutDownAndIsStopped() {
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.FAILED, "running");
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(202);
    report(id, 3, ObservedState.Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(states(id)).isEqualTo("SHUTOFF stopped ");
  }

  private String away() {
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(status(id)).isEqualTo("SHELVED_OFFLOADED");
    return id;
  }

  private String states(String id) {
    Answer shown = api.get(ROOT + "servers/" + id, token);
    return String.join(
        " ",
        List.of(
            shown.at("/server/status"),
            shown.at("/server/OS-EXT-STS:vm_state"),
            shown.at("/server/OS-EXT-STS:task_state")));
  }

  private int instancesUsed() {
    return api.get(ROOT + "limits", token).json().at("/limits/absolute/totalInstancesUsed").asInt();
  }
}
