package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shelved servers, where their places are given back only when an administrator says so. */
final class ServerKeptShelvedTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Override
  boolean offloadsShelved() {
    return false;
  }

  @Test
  void staysShelvedUntilAnAdministratorOffloadsIt() {
    String id = shelved();
    assertThat(act(id, Map.of("shelveOffload", Map.of()))).isEqualTo(403);
    assertThat(offload(id).status()).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.ABSENT);
    assertThat(offload(id).status()).isEqualTo(409);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(status(id)).isEqualTo("SHELVED_OFFLOADED");
    assertThat(offload(id).status()).isEqualTo(409);
    assertThat(claimedMebibytes()).isZero();
  }

  @Test
  void goesOnWhereItsPlaceWasKept() {
    String id = shelved();
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    assertThat(claimedMebibytes()).isEqualTo(512);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  private String shelved() {
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(status(id)).isEqualTo("SHELVED");
    assertThat(claimedMebibytes()).isEqualTo(512);
    return id;
  }

  private Answer offload(String id) {
    return api.post(ROOT + "servers/" + id + "/action", admin, Map.of("shelveOffload", Map.of()));
  }
}
