package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource.Format;
import io.virga.dataplane.desired.VolumeSource.Formatted;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ephemeral disks and the swap that flavors give. */
final class FurtherDisksTest extends VolumesFixture {

  private static final Formatted EPHEMERAL = new Formatted(Format.EXT4, "ephemeral0");
  private static final Formatted SWAP = new Formatted(Format.SWAP, "");

  private final String admin = api.token("of-admin", "admin", "member", "reader");

  @Test
  void haveWhatTheirFlavorGivesAndLoseItWhenTheyEnd() {
    flavor("roomy", 3, 512);
    String id = create(body("vm", "roomy"));
    List<DiskSpec> disks = only(InstanceSpec.class).disks();
    assertThat(disks).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(spec(disks.get(1).volumeId()).source()).isEqualTo(EPHEMERAL);
    assertThat(spec(disks.get(1).volumeId()).sizeBytes()).isEqualTo(3L << 30);
    assertThat(spec(disks.get(2).volumeId()).source()).isEqualTo(SWAP);
    assertThat(spec(disks.get(2).volumeId()).sizeBytes()).isEqualTo(512L << 20);
    assertThat(only(MetadataSpec.class).blockDevices())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("ami", "vda", "root", "/dev/vda", "ephemeral0", "/dev/vdb", "swap", "/dev/vdc"));
    assertThat(claimedFurther()).isEqualTo(3 * 1024 + 512);
    report(id, 1, ObservedState.Status.READY, "running");
    Answer shown = versioned("2.47", "servers/" + id);
    assertThat(shown.json().at("/server/flavor/ephemeral").asInt()).isEqualTo(3);
    assertThat(shown.json().at("/server/flavor/swap").asInt()).isEqualTo(512);
    assertThat(shown.json().at("/server/os-extended-volumes:volumes_attached").size()).isZero();
    api.delete(ROOT + "servers/" + id, token);
    report(id, 2, ObservedState.Status.ABSENT, "");
    assertThat(disks)
        .allSatisfy(
            disk -> assertThat(spec(disk.volumeId()).presence()).isEqualTo(Presence.ABSENT));
    assertThat(claimedFurther()).isZero();
  }

  @Test
  void areAsTheTenantWantsThemAndComeBeforeHisVolumes() {
    flavor("roomy", 3, 512);
    String volume = volume();
    Map<String, Object> attached = new HashMap<>();
    attached.put("source_type", "volume");
    attached.put("destination_type", "volume");
    attached.put("uuid", volume);
    attached.put("boot_index", -1);
    create(server("roomy", attached, blank("ext4", 1), blank("swap", 64), blank(null, 2)));
    List<DiskSpec> disks = only(InstanceSpec.class).disks();
    assertThat(disks)
        .extracting(DiskSpec::device)
        .containsExactly("vda", "vdb", "vdc", "vdd", "vde");
    assertThat(disks.subList(1, 4))
        .extracting(disk -> spec(disk.volumeId()).sizeBytes())
        .containsExactly(1L << 30, 2L << 30, 64L << 20);
    assertThat(spec(disks.get(2).volumeId()).source())
        .isEqualTo(new Formatted(Format.EXT4, "ephemeral1"));
    assertThat(disks.get(4).volumeId()).isEqualTo(volume);
    assertThat(only(MetadataSpec.class).blockDevices())
        .containsEntry("ephemeral1", "/dev/vdc")
        .containsEntry("swap", "/dev/vdd");
  }

  @ParameterizedTest
  @CsvSource({
    "ext4,4,larger than the instance type allows",
    "swap,513,larger than instance type allows",
    "ntfs,1,guest_format",
  })
  void areNoMoreThanTheFlavorGives(String format, int size, String why) {
    flavor("roomy", 3, 512);
    Answer refused =
        api.post(ROOT + "servers", token, Map.of("server", server("roomy", blank(format, size))));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains(why);
    assertThat(told(InstanceSpec.class)).isEmpty();
    assertThat(claimedFurther()).isZero();
  }

  @Test
  void areNotPromisedBeyondWhatTheHostHas() {
    flavor("half", 50, 0);
    create(body("first", "half"));
    create(body("second", "half"));
    String third = create(body("third", "half"));
    assertThat(status(third)).isEqualTo("ERROR");
    assertThat(create(body("small", "1"))).isNotEmpty();
    assertThat(told(InstanceSpec.class)).hasSize(3);
  }

  @Test
  void areNewWhenTheServerIsRebuilt() {
    flavor("roomy", 3, 512);
    String id = running("roomy");
    List<DiskSpec> before = only(InstanceSpec.class).disks();
    assertThat(act(id, Map.of("rebuild", Map.of("imageRef", UUID.randomUUID().toString()))))
        .isEqualTo(202);
    List<DiskSpec> after = only(InstanceSpec.class).disks();
    assertThat(after).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(after).extracting(DiskSpec::volumeId).doesNotContainAnyElementsOf(ids(before));
    assertThat(spec(after.get(1).volumeId()).source()).isEqualTo(EPHEMERAL);
    assertThat(spec(after.get(2).volumeId()).sizeBytes()).isEqualTo(512L << 20);
    for (DiskSpec old : before) {
      letGo(id, 2, old.volumeId());
      assertThat(spec(old.volumeId()).presence()).isEqualTo(Presence.ABSENT);
    }
  }

  @Test
  void growWhenTheServerIsResizedAndSwapIsNewBothWays() {
    flavor("roomy", 3, 512);
    flavor("roomier", 5, 1024);
    flavor("narrow", 2, 0);
    String id = running("roomy");
    List<DiskSpec> before = only(InstanceSpec.class).disks();
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "narrow")))).isEqualTo(400);
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "roomier")))).isEqualTo(202);
    assertThat(claimedFurther()).isEqualTo(6 * 1024);
    List<DiskSpec> during = only(InstanceSpec.class).disks();
    assertThat(during).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(during.get(1).volumeId()).isEqualTo(before.get(1).volumeId());
    assertThat(spec(during.get(1).volumeId()).sizeBytes()).isEqualTo(5L << 30);
    assertThat(during.get(2).volumeId()).isNotEqualTo(before.get(2).volumeId());
    assertThat(spec(during.get(2).volumeId()).sizeBytes()).isEqualTo(1024L << 20);
    letGo(id, 2, before.get(2).volumeId());
    assertThat(status(id)).isEqualTo("VERIFY_RESIZE");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    List<DiskSpec> after = only(InstanceSpec.class).disks();
    assertThat(spec(after.get(1).volumeId()).sizeBytes()).as("it stays").isEqualTo(5L << 30);
    assertThat(spec(after.get(2).volumeId()).sizeBytes()).isEqualTo(512L << 20);
    assertThat(claimedFurther()).isEqualTo(3 * 1024 + 512);
  }

  @Test
  void comeWithALargerFlavorAndGoWhenThatIsReverted() {
    flavor("roomy", 3, 512);
    String id = running("1");
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "roomy")))).isEqualTo(202);
    List<DiskSpec> during = only(InstanceSpec.class).disks();
    assertThat(during).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    assertThat(only(InstanceSpec.class).disks())
        .extracting(DiskSpec::device)
        .containsExactly("vda");
    assertThat(claimedFurther()).isZero();
  }

  @Test
  void goWithAServerThatMovesForItsSizeAndComeBackWithIt() {
    flavor("roomy", 3, 512);
    flavor("huge", 1900, 5, 1024);
    String id = running("roomy");
    String before = only(InstanceSpec.class).disks().get(2).volumeId();
    connect("two", 2048);
    connect(HOST, 600);
    openToOthers();
    assertThat(act(id, Map.of("resize", Map.of("flavorRef", "huge")))).isEqualTo(202);
    report(id, 2, ObservedState.Status.READY, "stopped");
    report(id, 3, ObservedState.Status.ABSENT, "");
    List<DiskSpec> there = api.told("two", InstanceSpec.class).getFirst().disks();
    assertThat(there).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(spec(there.get(1).volumeId()).sizeBytes()).isEqualTo(5L << 30);
    VolumeSpec swap = api.told("two", VolumeSpec.class).getFirst();
    assertThat(swap.id()).isEqualTo(there.get(2).volumeId());
    assertThat(swap.sizeBytes()).isEqualTo(1024L << 20);
    assertThat(spec(before).presence()).isEqualTo(Presence.ABSENT);
    observe("two", id, 4, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("revertResize", Map.of()))).isEqualTo(202);
    observe("two", id, 5, ObservedState.Status.READY, "stopped");
    observe("two", id, 6, ObservedState.Status.ABSENT, "");
    List<DiskSpec> after = only(InstanceSpec.class).disks();
    assertThat(after).extracting(DiskSpec::device).containsExactly("vda", "vdb", "vdc");
    assertThat(spec(after.get(2).volumeId()).sizeBytes()).isEqualTo(512L << 20);
    assertThat(api.told("two", VolumeSpec.class).getFirst().presence()).isEqualTo(Presence.ABSENT);
    assertThat(claimedFurther()).isEqualTo(3 * 1024 + 512);
  }

  @Test
  void areNotThereWhileItIsRescued() {
    flavor("roomy", 3, 512);
    String id = running("roomy");
    List<String> own = ids(only(InstanceSpec.class).disks());
    assertThat(act(id, Map.of("rescue", Map.of()))).isEqualTo(200);
    List<DiskSpec> rescuing = only(InstanceSpec.class).disks();
    assertThat(rescuing).extracting(DiskSpec::device).containsExactly("vda", "vdb");
    assertThat(rescuing.get(1).volumeId()).isEqualTo(own.getFirst());
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("unrescue", Map.of()))).isEqualTo(202);
    assertThat(ids(only(InstanceSpec.class).disks())).isEqualTo(own);
  }

  private String running(String flavor) {
    String id = create(body("vm", flavor));
    report(id, 1, ObservedState.Status.READY, "running");
    return id;
  }

  private void openToOthers() {
    api.database()
        .sql(
            "UPDATE host SET disk_bytes = :bytes,"
                + " details = jsonb_build_object('nbdUrl', 'nbds://' || name || ':8720')"
                + " WHERE service = 'blockstore'")
        .bind("bytes", 100L << 30)
        .execute()
        .block(SOON);
  }

  private void flavor(String name, int ephemeralGib, int swapMib) {
    flavor(name, 64, ephemeralGib, swapMib);
  }

  private void flavor(String name, int ramMib, int ephemeralGib, int swapMib) {
    Map<String, Object> flavor = new HashMap<>();
    flavor.put("name", name);
    flavor.put("id", name);
    flavor.put("vcpus", 1);
    flavor.put("ram", ramMib);
    flavor.put("disk", 1);
    flavor.put("OS-FLV-EXT-DATA:ephemeral", ephemeralGib);
    flavor.put("swap", swapMib);
    Answer made = api.post(ROOT + "flavors", admin, Map.of("flavor", flavor));
    assertThat(made.status()).as(made.text()).isEqualTo(200);
  }

  private String volume() {
    Answer made = api.post("/volume/v3/tenant/volumes", token, Map.of("volume", Map.of("size", 1)));
    reportVolume(made.at("/volume/id"), 1, ObservedState.Status.READY);
    return made.at("/volume/id");
  }

  private long claimedFurther() {
    return api.database()
        .sql("SELECT coalesce(sum(further_mib), 0)::bigint AS claimed FROM compute_claim")
        .one(row -> row.number("claimed"))
        .blockOptional(SOON)
        .orElseThrow();
  }

  private static List<String> ids(List<DiskSpec> disks) {
    return disks.stream().map(DiskSpec::volumeId).toList();
  }

  private static Map<String, Object> blank(@Nullable String format, int size) {
    Map<String, Object> device = new HashMap<>();
    device.put("source_type", "blank");
    device.put("destination_type", "local");
    device.put("boot_index", -1);
    device.put("volume_size", size);
    if (format != null) {
      device.put("guest_format", format);
    }
    return device;
  }

  @SafeVarargs
  private static Map<String, Object> server(String flavor, Map<String, Object>... devices) {
    Map<String, Object> body = body("vm", flavor);
    body.put("block_device_mapping_v2", new ArrayList<>(List.of(devices)));
    return body;
  }
}
