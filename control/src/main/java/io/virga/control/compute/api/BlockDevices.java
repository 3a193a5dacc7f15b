package io.virga.control.compute.api;

import io.virga.control.compute.server.ServerDraft.FurtherDisk;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.image.BootImages;
import io.virga.control.volume.InstanceVolumes.Source;
import io.virga.control.volume.InstanceVolumes.Wish;
import io.virga.control.volume.life.VolumeDraft;
import io.virga.dataplane.desired.VolumeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code imageRef} and {@code block_device_mapping_v2}: what a new server boots from, and its other
 * disks.
 *
 * @param imageId what its own disk is made of; empty if it boots from one of the disks
 * @param further how the disks shall be that its flavor gives beside the one that it boots from
 */
record BlockDevices(Optional<String> imageId, List<Wish> disks, List<FurtherDisk> further) {

  private static final int MOST = 25;
  private static final int MAX_GIB = 1 << 20;
  private static final int MAX_BOOT_INDEX = 255;

  BlockDevices {
    disks = List.copyOf(disks);
    further = List.copyOf(further);
  }

  static BlockDevices read(JsonBody body) {
    if (body.member(BootImages.MAPPING).isPresent()) {
      throw ApiFault.badRequest(
          "server.block_device_mapping: is not accepted, block_device_mapping_v2 is");
    }
    Optional<String> image =
        body.optionalText("imageRef", ServerBodies.NAME_LENGTH)
            .map(ServerBodies::reference)
            .filter(id -> !id.isEmpty())
            .map(id -> ServerBodies.uuid(body, "imageRef", id));
    List<Wish> disks = new ArrayList<>();
    List<FurtherDisk> further = new ArrayList<>();
    Optional<String> local = Optional.empty();
    for (JsonBody device : body.objects("block_device_mapping_v2", MOST)) {
      if (isLocal(device) && kind(device).equals("blank")) {
        further.add(further(device));
      } else if (isLocal(device)) {
        local = Optional.of(localImage(device));
      } else {
        disks.add(disk(device, "uuid"));
      }
    }
    long booting = disks.stream().filter(Wish::boots).count();
    if (image.isPresent() && local.isPresent() && !image.equals(local)) {
      throw invalid("imageRef and the mapping with boot_index 0 are of different images");
    }
    Optional<String> own = image.isPresent() ? image : local;
    if (booting + (own.isPresent() ? 1 : 0) != 1) {
      throw invalid(
          "Boot sequence for the instance and image/block device mapping combination is not"
              + " valid: one disk has boot_index 0, or imageRef is given, not both.");
    }
    return new BlockDevices(own, disks, further);
  }

  /**
   * The disks that an image without bytes says, in {@link BootImages#MAPPING} of its properties.
   *
   * @param mapping a JSON list
   */
  static List<Wish> ofImage(String mapping) {
    JsonBody body = JsonBody.parse("{\"%s\":%s}".formatted(BootImages.MAPPING, mapping), "image");
    List<Wish> disks =
        body.objects(BootImages.MAPPING, MOST).stream()
            .map(device -> disk(device, kind(device) + "_id"))
            .toList();
    if (disks.stream().filter(Wish::boots).count() != 1) {
      throw invalid("one disk of the image's has boot_index 0");
    }
    return disks;
  }

  private static boolean isLocal(JsonBody device) {
    String destination =
        device
            .optionalChoice("destination_type", List.of("local", "volume"))
            .orElseGet(() -> kind(device).equals("volume") ? "volume" : "local");
    return destination.equals("local");
  }

  /** The server's own disk, said in this way. */
  private static String localImage(JsonBody device) {
    if (!kind(device).equals("image") || !boots(device)) {
      throw ApiFault.badRequest(
          device.at("destination_type")
              + ": a local disk is one that is made of an image and booted from, or blank; others"
              + " are volumes");
    }
    return uuid(device, "uuid");
  }

  /** One that its flavor gives: to swap to, or for files. */
  private static FurtherDisk further(JsonBody device) {
    VolumeSource.Format format =
        device
            .optionalChoice("guest_format", List.of("swap", "ext4"))
            .filter("swap"::equals)
            .map(swap -> VolumeSource.Format.SWAP)
            .orElse(VolumeSource.Format.EXT4);
    if (boots(device)) {
      throw invalid("a blank disk is not booted from");
    }
    return new FurtherDisk(format, device.optionalNumber("volume_size", 1, MAX_GIB));
  }

  private static Wish disk(JsonBody device, String id) {
    Optional<Long> size = device.optionalNumber("volume_size", 1, MAX_GIB);
    String kind = kind(device);
    if (size.isEmpty() && (kind.equals("image") || kind.equals("blank"))) {
      throw ApiFault.badRequest(device.at("volume_size") + ": is required");
    }
    return new Wish(
        switch (kind) {
          case "volume" -> new Source.Existing(uuid(device, id));
          case "image" -> new Source.New(new VolumeDraft.Source.OfImage(uuid(device, id)));
          case "snapshot" -> new Source.New(new VolumeDraft.Source.OfSnapshot(uuid(device, id)));
          default -> new Source.New(new VolumeDraft.Source.Nothing());
        },
        size,
        device.optionalText("volume_type", ServerBodies.NAME_LENGTH),
        boots(device),
        device.flag("delete_on_termination", false));
  }

  private static String kind(JsonBody device) {
    return device
        .optionalChoice("source_type", List.of("volume", "image", "snapshot", "blank"))
        .orElseThrow(() -> ApiFault.badRequest(device.at("source_type") + ": is required"));
  }

  private static String uuid(JsonBody device, String member) {
    return ServerBodies.uuid(device, member, device.text(member, ServerBodies.NAME_LENGTH));
  }

  private static boolean boots(JsonBody device) {
    return device.optionalNumber("boot_index", -1, MAX_BOOT_INDEX).orElse(-1L) == 0;
  }

  private static ApiFault invalid(String why) {
    return ApiFault.badRequest("Block Device Mapping is Invalid: " + why);
  }
}
