package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What else becomes of servers that are there: rebuilt, resized, rescued, made images of. */
final class ServerBuildsTest extends ComputeFixture {

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @BeforeEach
  void makeFlavors() {
    flavor("wide", 2, 1024, 2);
    flavor("flat", 1, 512, 0);
    flavor("huge", 1, 4096, 2);
  }

  @Test
  void isRebuiltFromAnotherImage() {
    String id = running();
    DiskSpec before = only(InstanceSpec.class).disks().getFirst();
    String image = UUID.randomUUID().toString();
    Map<String, Object> rebuild = new LinkedHashMap<>();
    rebuild.put("imageRef", image);
    rebuild.put("name", "other");
    rebuild.put("metadata", Map.of("rebuild", "server"));
    rebuild.put("adminPass", "rebuildPassw0rd");
    Answer answer = answer(id, Map.of("rebuild", rebuild));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.at("/server/image/id")).isEqualTo(image);
    assertThat(answer.at("/server/adminPass")).isEqualTo("rebuildPassw0rd");
    assertThat(status(id)).isEqualTo("REBUILD");
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.hardReboots()).isEqualTo(1);
    assertThat(spec.power()).isEqualTo(PowerState.RUNNING);
    assertThat(spec.disks()).hasSize(1);
    assertThat(spec.disks().getFirst().device()).isEqualTo("vda");
    assertThat(spec.disks().getFirst().volumeId()).isNotEqualTo(before.volumeId());
    assertThat(only(MetadataSpec.class).properties()).containsEntry("rebuild", "server");
    letGo(id, 2, before.volumeId());
    assertThat(status(id)).isEqualTo("ACTIVE");
    assertThat(disks.own(id)).containsExactly(spec.disks().getFirst().volumeId());
    assertThat(api.get(ROOT + "servers/" + id, token).at("/server/name")).isEqualTo("other");
  }

  @Test
  void staysOffWhenItIsRebuiltWhileItIs() {
    String id = running();
    act(id, Map.of("os-stop", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(act(id, Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString()))))
        .isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    report(id, 3, ObservedState.Status.READY, "stopped");
    assertThat(status(id)).isEqualTo("SHUTOFF");
    assertThat(act(UUID.randomUUID().toString(), Map.of("rebuild", Map.of("imageRef", "x"))))
        .isEqualTo(400);
    assertThat(
            act(
                UUID.randomUUID().toString(),
                Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString()))))
        .isEqualTo(404);
  }

  @Test
  void isResizedAndConfirmed() {
    String id = running();
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "wide")))).isEqualTo(202);
    assertThat(status(id)).isEqualTo("RESIZE");
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.vcpus()).isEqualTo(2);
    assertThat(spec.memoryBytes()).isEqualTo(1024L << 20);
    assertThat(spec.hardReboots()).isEqualTo(1);
    assertThat(disks.grown).containsEntry(id, 2L << 30);
    assertThat(claimedMebibytes()).isEqualTo(1024);
    assertThat(act(id, Map.of("confirmResize", Map.of()))).isEqualTo(409);
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("VERIFY_RESIZE");
    assertThat(act(id, Map.of("os-stop", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("confirmResize", Map.of()))).isEqualTo(204);
    assertThat(status(id)).isEqualTo("ACTIVE");
    assertThat(api.get(ROOT + "servers/" + id, token).at("/server/flavor/id")).isEqualTo("wide");
    assertThat(used()).isEqualTo("2 1024");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(409);
  }

  @Test
  void becomesWhatItWasWhenItsResizeIsReverted() {
    String id = running();
    act(id, Map.of("resize", Map.of("flavorRef", "wide")));
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(used()).isEqualTo("2 1024");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    assertThat(status(id)).isEqualTo("REVERT_RESIZE");
    assertThat(only(InstanceSpec.class).memoryBytes()).isEqualTo(512L << 20);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
    assertThat(used()).isEqualTo("1 512");
    assertThat(claimedMebibytes()).isEqualTo(512);
  }

  @Test
  void givesBothSizesBackWhenItIsDeletedBetween() {
    String id = running();
    act(id, Map.of("resize", Map.of("flavorRef", "wide")));
    report(id, 2, ObservedState.Status.READY, "running");
    api.delete(ROOT + "servers/" + id, token);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThat(claimedMebibytes()).isZero();
    assertThat(used()).isEqualTo("0 0");
  }

  @Test
  void refusesSizesThatItCannotHave() {
    String id = running();
    for (String flavor : List.of("1", "", "no-such-flavor", "flat", "huge")) {
      Answer answer = answer(id, Map.of("resize", Map.of("flavorRef", flavor)));
      assertThat(answer.status()).as(flavor + ": " + answer.text()).isEqualTo(400);
    }
    assertThat(claimedMebibytes()).isEqualTo(512);
    assertThat(used()).isEqualTo("1 512");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void runsFromARescueDiskAndFromItsOwnAgain() {
    String id = running();
    String own = only(InstanceSpec.class).disks().getFirst().volumeId();
    Answer answer = answer(id, Map.of("rescue", Map.of("adminPass", "secret")));
    assertThat(answer.text()).isEqualTo("{\"adminPass\":\"secret\"}");
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.disks()).extracting(DiskSpec::device).containsExactly("vda", "vdb");
    assertThat(spec.disks().get(1).volumeId()).isEqualTo(own);
    assertThat(spec.hardReboots()).isEqualTo(1);
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("RESCUE");
    assertThat(act(id, Map.of("pause", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("unrescue", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).disks())
        .extracting(DiskSpec::volumeId)
        .containsExactly(own);
    letGo(id, 3, spec.disks().getFirst().volumeId());
    assertThat(status(id)).isEqualTo("ACTIVE");
    assertThat(disks.own(id)).containsExactly(own);
  }

  @Test
  void isRescuedWhileItIsOffAndStaysSoWhenItsGuestSwitchesItselfOff() {
    String id = running();
    act(id, Map.of("os-stop", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThat(act(id, Map.of("rescue", Map.of()))).isEqualTo(200);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("RESCUE");
    report(id, 3, ObservedState.Status.READY, "stopped");
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.STOPPED);
    assertThat(status(id)).isEqualTo("RESCUE");
    assertThat(act(id, Map.of("rescue", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("os-start", Map.of()))).isEqualTo(409);
    assertThat(act(id, Map.of("unrescue", Map.of()))).isEqualTo(202);
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.power()).isEqualTo(PowerState.RUNNING);
    assertThat(spec.disks()).extracting(DiskSpec::device).containsExactly("vda");
    report(id, 5, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void hasOneRescueDiskHoweverOftenItsRescueFails() {
    String id = running();
    act(id, Map.of("rescue", Map.of()));
    report(id, 2, ObservedState.Status.FAILED, "stopped");
    assertThat(status(id)).isEqualTo("ERROR");
    assertThat(act(id, Map.of("unrescue", Map.of()))).isEqualTo(409);
    String first = only(InstanceSpec.class).disks().getFirst().volumeId();
    assertThat(act(id, Map.of("rescue", Map.of()))).isEqualTo(200);
    assertThat(only(InstanceSpec.class).disks()).hasSize(2);
    assertThat(only(InstanceSpec.class).disks().getFirst().volumeId()).isNotEqualTo(first);
    report(id, 3, ObservedState.Status.FAILED, "stopped");
    assertThat(act(id, Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString()))))
        .isEqualTo(202);
    assertThat(only(InstanceSpec.class).disks())
        .extracting(DiskSpec::device)
        .containsExactly("vda");
  }

  @ParameterizedTest
  @ValueSource(strings = {"os-stop", "pause", "suspend"})
  void runsWhenItIsRebuiltBecauseItsHaltHasFailed(String halt) {
    String id = running();
    act(id, Map.of(halt, Map.of()));
    report(id, 2, ObservedState.Status.FAILED, "running");
    assertThat(status(id)).isEqualTo("ERROR");
    Map<String, Object> rebuild =
        Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString()));
    assertThat(act(id, rebuild)).isEqualTo(202);
    assertThat(only(InstanceSpec.class).power()).isEqualTo(PowerState.RUNNING);
    report(id, 3, ObservedState.Status.FAILED, "running");
    assertThat(act(id, rebuild)).isEqualTo(202);
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.power()).isEqualTo(PowerState.RUNNING);
    assertThat(spec.hardReboots()).isEqualTo(2);
    report(id, 4, ObservedState.Status.READY, "running");
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void isMadeAnImageOf() {
    String id = running();
    Map<String, Object> image = Map.of("name", "₡image", "metadata", Map.of("image_type", "test"));
    Answer old = answer(id, Map.of("createImage", image));
    assertThat(old.status()).as(old.text()).isEqualTo(202);
    assertThat(old.header("Location")).startsWith("http://virga.test/image/v2/images/");
    Answer now =
        api.send(
            version("2.45", "servers/" + id + "/action").POST(json(Map.of("createImage", image))));
    assertThat(now.at("/image_id")).hasSize(36);
    assertThat(disks.images).hasSize(2);
    assertThat(disks.images.getFirst().name()).isEqualTo("₡image");
    assertThat(disks.images.getFirst().minDiskGib()).isEqualTo(1);
    assertThat(disks.images.getFirst().properties())
        .containsEntry("image_type", "test")
        .containsEntry("instance_uuid", id);
    assertThat(act(id, Map.of("createImage", Map.of("name", " ")))).isEqualTo(400);
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void refusesAPasswordThatNobodyWouldSet() {
    String id = running();
    Answer answer = answer(id, Map.of("changePassword", Map.of("adminPass", "secret")));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("guest agent").doesNotContain("secret");
  }

  private String used() {
    Answer limits = api.get(ROOT + "limits", token);
    return limits.json().at("/limits/absolute/totalCoresUsed").asInt()
        + " "
        + limits.json().at("/limits/absolute/totalRAMUsed").asInt();
  }

  private void flavor(String name, int vcpus, int ram, int disk) {
    Map<String, Object> flavor =
        Map.of("name", name, "id", name, "vcpus", vcpus, "ram", ram, "disk", disk);
    assertThat(api.post(ROOT + "flavors", admin, Map.of("flavor", flavor)).status()).isEqualTo(200);
  }
}
