package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.watch.ObservedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Servers and their disks with the real volume service: booted from volumes, and made images of.
 */
final class BootFromVolumeTest extends VolumesFixture {

  private static final String VOLUMES = "/volume/v3/tenant/volumes";
  private static final String IMAGE = "11111111-2222-4333-8444-555555555555";

  @Test
  void bootsFromAVolumeThatEndsWithIt() {
    String volume = volume(Map.of("size", 1, "imageRef", IMAGE));
    String id = create(server(mapping("volume", volume, 0, true)));
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.disks()).extracting(DiskSpec::volumeId).containsExactly(volume);
    assertThat(spec.disks().getFirst().device()).isEqualTo("vda");
    report(id, 1, ObservedState.Status.READY, "running");
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.json().at("/server/image").asString()).isEmpty();
    assertThat(versioned("2.3", "servers/" + id).text())
        .contains("\"delete_on_termination\":true", volume);
    String attachments = ROOT + "servers/" + id + "/os-volume_attachments";
    assertThat(api.delete(attachments + "/" + volume, token).status()).isEqualTo(403);
    assertThat(act(id, Map.of("rescue", Map.of()))).isEqualTo(400);
    api.delete(ROOT + "servers/" + id, token);
    report(id, 2, ObservedState.Status.ABSENT, "");
    assertThat(spec(volume).presence()).isEqualTo(Presence.ABSENT);
  }

  @Test
  void leavesAVolumeThatDoesNotEndWithIt() {
    String volume = volume(Map.of("size", 1, "imageRef", IMAGE));
    String id = create(server(mapping("volume", volume, 0, false)));
    api.delete(ROOT + "servers/" + id, token);
    report(id, 2, ObservedState.Status.ABSENT, "");
    assertThat(api.get(VOLUMES + "/" + volume, token).at("/volume/status")).isEqualTo("available");
  }

  @Test
  void makesTheVolumesThatItIsToHave() {
    Map<String, Object> boot = mapping("image", IMAGE, 0, true);
    boot.put("volume_size", 2);
    Map<String, Object> blank = mapping("blank", "", -1, true);
    blank.remove("uuid");
    blank.put("volume_size", 1);
    String id = create(server(blank, boot, new HashMap<>(blank)));
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.disks()).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(spec(spec.disks().getFirst().volumeId()).sizeBytes()).isEqualTo(2L << 30);
    assertThat(api.get(VOLUMES, token).json().at("/volumes").size()).isEqualTo(3);
    assertThat(api.get(ROOT + "servers/" + id + "/os-volume_attachments", token).text())
        .contains("/dev/vda", "/dev/vdc");
  }

  @ParameterizedTest
  @CsvSource({
    "volume,0,invalid,400",
    "volume,-1,volume,400",
    "floppy,0,volume,400",
    "snapshot,0,volume,400",
    "image,0,volume,400",
    "blank,-1,local,400",
  })
  void refusesDisksThatCannotBe(String source, int index, String destination, int status) {
    Map<String, Object> device = mapping(source, UUID.randomUUID().toString(), index, false);
    device.put("destination_type", destination);
    assertThat(api.post(ROOT + "servers", token, Map.of("server", server(device))).status())
        .isEqualTo(status);
  }

  @Test
  void refusesWhatIsNotBootableOrSaidTwice() {
    String blank = volume(Map.of("size", 1));
    Answer answer =
        api.post(
            ROOT + "servers", token, Map.of("server", server(mapping("volume", blank, 0, false))));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("not bootable");
    Map<String, Object> both = server(mapping("volume", blank, 0, false));
    both.put("imageRef", IMAGE);
    assertThat(api.post(ROOT + "servers", token, Map.of("server", both)).status()).isEqualTo(400);
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(api.get(VOLUMES + "/" + blank, token).at("/volume/status")).isEqualTo("available");
  }

  @Test
  void rebuildsWithANewDiskAndGrowsWhenResized() {
    String id = running();
    DiskSpec first = only(InstanceSpec.class).disks().getFirst();
    act(id, Map.of("rebuild", Map.of("imageRef", IMAGE)));
    DiskSpec second = only(InstanceSpec.class).disks().getFirst();
    assertThat(second.volumeId()).isNotEqualTo(first.volumeId());
    assertThat(spec(first.volumeId()).exports()).as("until the guest has let go").hasSize(1);
    letGo(id, 2, first.volumeId());
    assertThat(spec(first.volumeId()).presence()).isEqualTo(Presence.ABSENT);
    String admin = api.token("of-admin", "admin", "member", "reader");
    api.post(
        ROOT + "flavors",
        admin,
        Map.of("flavor", Map.of("name", "big", "id", "big", "vcpus", 1, "ram", 512, "disk", 3)));
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "big")))).isEqualTo(202);
    assertThat(spec(second.volumeId()).sizeBytes()).isEqualTo(3L << 30);
    DiskSpec grown = only(InstanceSpec.class).disks().getFirst();
    assertThat(grown.volumeId()).isEqualTo(second.volumeId());
    assertThat(grown.exportName())
        .as("a name that is there only when the disk is larger")
        .isNotEqualTo(second.exportName())
        .isEqualTo(spec(second.volumeId()).exports().getFirst().name());
  }

  @Test
  void isMadeAnImageOfThatNamesSnapshotsOfItsVolumes() {
    String boot = volume(Map.of("size", 2, "imageRef", IMAGE));
    String data = volume(Map.of("size", 1));
    Map<String, Object> second = mapping("volume", data, -1, false);
    String id = create(server(mapping("volume", boot, 0, true), second));
    report(id, 1, ObservedState.Status.READY, "running");
    Answer made =
        api.send(
            version("2.45", "servers/" + id + "/action")
                .POST(json(Map.of("createImage", Map.of("name", "whole")))));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    Answer image = api.get(ROOT + "images/" + made.at("/image_id"), token);
    assertThat(image.at("/image/status")).as(image.text()).isEqualTo("ACTIVE");
    assertThat(image.at("/image/metadata/bdm_v2")).isEqualTo("True");
    Answer snapshots = api.get("/volume/v3/tenant/snapshots", token);
    assertThat(snapshots.json().at("/snapshots").size()).isEqualTo(2);
    assertThat(snapshots.at("/snapshots/0/name")).isEqualTo("snapshot for whole");
    assertThat(status(id)).isEqualTo("ACTIVE");
    snapshots
        .json()
        .at("/snapshots")
        .forEach(snapshot -> reportSnapshot(snapshot.get("id").asString()));
    Map<String, Object> body = body("copy", "1");
    body.put("imageRef", made.at("/image_id"));
    String copy = create(body);
    List<DiskSpec> disks =
        told(InstanceSpec.class).stream()
            .filter(spec -> spec.id().equals(copy))
            .findFirst()
            .orElseThrow()
            .disks();
    assertThat(disks).extracting(DiskSpec::device).containsExactly("vda", "vdb");
    assertThat(spec(disks.get(0).volumeId()).sizeBytes()).isEqualTo(2L << 30);
    assertThat(spec(disks.get(1).volumeId()).sizeBytes()).isEqualTo(1L << 30);
    assertThat(
            versioned("2.3", "servers/" + copy)
                .json()
                .at("/server/os-extended-volumes:volumes_attached"))
        .extracting(attached -> attached.get("delete_on_termination").asBoolean())
        .containsExactlyInAnyOrder(true, false);
  }

  @Test
  void refusesImagesThatSayNothingSensibleOfTheirDisks() {
    String id =
        create(server(mapping("volume", volume(Map.of("size", 1, "imageRef", IMAGE)), 0, true)));
    report(id, 1, ObservedState.Status.READY, "running");
    String image =
        api.send(
                version("2.45", "servers/" + id + "/action")
                    .POST(json(Map.of("createImage", Map.of("name", "whole")))))
            .at("/image_id");
    for (String mapping :
        List.of(
            "nonsense", "[1]", "[{}]", "[{\"source_type\":\"snapshot\",\"boot_index\":0}]", "[]")) {
      api.database()
          .sql(
              "UPDATE image SET properties = jsonb_build_object('block_device_mapping', CAST(:m AS"
                  + " text))")
          .bind("m", mapping)
          .execute()
          .block(SOON);
      Map<String, Object> body = body("copy", "1");
      body.put("imageRef", image);
      Answer refused = api.post(ROOT + "servers", token, Map.of("server", body));
      assertThat(refused.status()).as(mapping + ": " + refused.text()).isEqualTo(400);
    }
  }

  @Test
  void isRebuiltOnItsVolumeFromTheImageThatTheVolumeIsOf() {
    String boot = volume(Map.of("size", 1, "imageRef", IMAGE));
    String id = create(server(mapping("volume", boot, 0, true)));
    report(id, 1, ObservedState.Status.READY, "running");
    Map<String, Object> other = Map.of("imageRef", UUID.randomUUID().toString());
    Answer refused = answer(id, Map.of("rebuild", other));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("different image");
    Map<String, Object> same = Map.of("imageRef", IMAGE, "name", "anew");
    assertThat(act(id, Map.of("rebuild", same))).isEqualTo(202);
    InstanceSpec spec = only(InstanceSpec.class);
    assertThat(spec.hardReboots()).isEqualTo(1);
    assertThat(spec.name()).isEqualTo("anew");
    assertThat(spec.disks()).extracting(DiskSpec::volumeId).containsExactly(boot);
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(api.get(ROOT + "servers/" + id, token).json().at("/server/image").asString())
        .isEmpty();
    assertThat(status(id)).isEqualTo("ACTIVE");
  }

  @Test
  void goesOnWithAnotherVolumeOnceItsHostHasCopiedTheFirst() {
    String first = volume(Map.of("size", 1));
    String second = volume(Map.of("size", 2));
    String id = running();
    String attachments = ROOT + "servers/" + id + "/os-volume_attachments";
    api.post(attachments, token, Map.of("volumeAttachment", Map.of("volumeId", first)));
    report(id, 2, ObservedState.Status.READY, "running");
    String admin = api.token("tenant", "admin", "member", "reader");
    Map<String, Object> swap = Map.of("volumeAttachment", Map.of("volumeId", second));
    String one = attachments + "/" + first;
    assertThat(api.put(one, token, swap).status()).isEqualTo(403);
    assertThat(
            api.put(
                    one,
                    admin,
                    Map.of(
                        "volumeAttachment",
                        Map.of("volumeId", second, "delete_on_termination", true)))
                .status())
        .as("since 2.85")
        .isEqualTo(400);
    assertThat(api.put(attachments + "/" + second, admin, swap).status()).isEqualTo(404);
    assertThat(api.put(one, admin, Map.of("volumeAttachment", Map.of("volumeId", first))).status())
        .isEqualTo(409);
    assertThat(api.put(one, admin, swap).status()).isEqualTo(202);
    DiskSpec disk = only(InstanceSpec.class).disks().get(1);
    assertThat(disk.volumeId()).isEqualTo(first);
    assertThat(disk.target().volumeId()).isEqualTo(second);
    assertThat(disk.target().exportName()).isEqualTo(second + ".1");
    assertThat(spec(first).exports()).hasSize(1);
    assertThat(spec(second).exports()).hasSize(1);
    assertThat(api.get(VOLUMES + "/" + first, token).at("/volume/status")).isEqualTo("detaching");
    assertThat(api.get(VOLUMES + "/" + second, token).at("/volume/status")).isEqualTo("in-use");
    assertThat(api.delete(attachments + "/" + second, token).status()).isEqualTo(409);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("shelve", Map.of()))).isEqualTo(409);
    letGo(id, 3, first);
    assertThat(api.get(VOLUMES + "/" + first, token).at("/volume/status")).isEqualTo("available");
    DiskSpec after = only(InstanceSpec.class).disks().get(1);
    assertThat(after.volumeId()).isEqualTo(second);
    assertThat(after.successor()).isEmpty();
    assertThat(after.device()).isEqualTo("vdb");
    assertThat(status(id)).isEqualTo("ACTIVE");
    report(id, 4, ObservedState.Status.READY, "running");
    Map<String, Object> back = Map.of("volumeAttachment", Map.of("volumeId", first));
    Answer smaller = api.put(attachments + "/" + second, admin, back);
    assertThat(smaller.status()).as(smaller.text()).isEqualTo(400);
    assertThat(api.delete(attachments + "/" + second, token).status()).isEqualTo(202);
  }

  @Test
  void changesTheVolumesOfAServerThatIsAway() {
    String volume = volume(Map.of("size", 1));
    String id = running();
    act(id, Map.of("shelve", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    report(id, 3, ObservedState.Status.ABSENT, "");
    String attachments = ROOT + "servers/" + id + "/os-volume_attachments";
    Map<String, Object> attach = Map.of("volumeAttachment", Map.of("volumeId", volume));
    assertThat(api.post(attachments, token, attach).status()).isEqualTo(200);
    assertThat(api.get(VOLUMES + "/" + volume, token).at("/volume/status")).isEqualTo("in-use");
    assertThat(api.delete(attachments + "/" + volume, token).status()).isEqualTo(202);
    assertThat(api.get(VOLUMES + "/" + volume, token).at("/volume/status")).isEqualTo("available");
    assertThat(api.post(attachments, token, attach).status()).isEqualTo(200);
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(act(id, Map.of("unshelve", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).disks())
        .extracting(DiskSpec::device)
        .containsExactly("vda", "vdb");
  }

  @Test
  void makesOneImageOfADiskAtATime() {
    String id = running();
    String disk = only(InstanceSpec.class).disks().getFirst().volumeId();
    reportVolume(disk, 1, ObservedState.Status.READY);
    Map<String, Object> image = Map.of("createImage", Map.of("name", "snapshot"));
    assertThat(act(id, image)).isEqualTo(202);
    Answer second = answer(id, image);
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.text()).contains("image_uploading");
    assertThat(status(id)).isEqualTo("ACTIVE");
    Answer listed = api.get(ROOT + "images/detail?name=snapshot", token);
    assertThat(listed.at("/images/0/status")).as(listed.text()).isEqualTo("SAVING");
    String shown = ROOT + "images/" + listed.at("/images/0/id");
    assertThat(api.get(shown, token).json().at("/image/minDisk").asInt()).isEqualTo(1);
    assertThat(api.get(shown, api.token("other", "member", "reader")).status()).isEqualTo(404);
    assertThat(versioned("2.36", "images").status()).isEqualTo(404);
    assertThat(api.delete(shown, token).status()).isEqualTo(204);
    assertThat(api.get(shown, token).status()).isEqualTo(404);
  }

  private String volume(Map<String, Object> members) {
    Answer made = api.post(VOLUMES, token, Map.of("volume", members));
    assertThat(made.status()).as(made.text()).isEqualTo(202);
    reportVolume(made.at("/volume/id"), 1, ObservedState.Status.READY);
    return made.at("/volume/id");
  }

  private static Map<String, Object> mapping(
      String source, String uuid, int bootIndex, boolean ends) {
    Map<String, Object> device = new HashMap<>();
    device.put("source_type", source);
    device.put("uuid", uuid);
    device.put("destination_type", "volume");
    device.put("boot_index", Integer.toString(bootIndex));
    device.put("delete_on_termination", ends);
    return device;
  }

  @SafeVarargs
  private static Map<String, Object> server(Map<String, Object>... devices) {
    Map<String, Object> body = body("vm", "1");
    body.put("imageRef", "");
    body.put("block_device_mapping_v2", new ArrayList<>(List.of(devices)));
    return body;
  }
}
