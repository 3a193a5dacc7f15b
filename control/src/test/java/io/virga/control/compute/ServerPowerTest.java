package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Actions that change whether a server runs: what its host is told, and when they are refused. */
final class ServerPowerTest extends ComputeFixture {

  @ParameterizedTest
  @CsvSource({
    "pause,unpause,PAUSED,paused,PAUSED,3",
    "suspend,resume,SUSPENDED,suspended,SUSPENDED,7",
    "os-stop,os-start,STOPPED,stopped,SHUTOFF,4",
  })
  void haltsAndGoesOn(
      String halt, String goOn, PowerState power, String observed, String status, int state) {
    String id = running();
    assertThat(act(id, Map.of(goOn, Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of(halt, Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(power);
    Answer twice = answer(id, Map.of(halt, Map.of()));
    assertThat(twice.status()).isEqualTo(409);
    assertThat(twice.at("/conflictingRequest/message")).contains("while it is in task_state");
    report(id, 2, ObservedState.Status.READY, observed);
    assertThat(status(id)).isEqualTo(status);
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.json().at("/server/OS-EXT-STS:power_state").asInt()).isEqualTo(state);
    assertThat(shown.json().at("/server").has("progress")).isFalse();
    Answer again = answer(id, Map.of(halt, Map.of()));
    assertThat(again.at("/conflictingRequest/message"))
        .contains("Cannot '" + halt.replace("os-", "") + "' instance " + id)
        .contains("while it is in vm_state");
    assertThat(act(id, Map.of(goOn, Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void rebootsAPausedServerHardOnly() {
    String id = running();
    act(id, Map.of("pause", Map.of()));
    report(id, 2, ObservedState.Status.READY, "paused");
    assertThat(act(id, Map.of("reboot", Map.of("type", "SOFT")))).isEqualTo(409);
    assertThat(act(id, Map.of("reboot", Map.of("type", "HARD")))).isEqualTo(202);
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.power()).isEqualTo(PowerState.RUNNING);
    assertThat(spec.hardReboots()).isEqualTo(1);
  }

  @Test
  void isDeletedInAnyState() {
    String id = running();
    act(id, Map.of("suspend", Map.of()));
    report(id, 2, ObservedState.Status.READY, "suspended");
    assertThat(act(id, Map.of("forceDelete", Map.of()))).isEqualTo(202);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(api.get(ROOT + "servers/" + id, token).status()).isEqualTo(404);
  }
}
