package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.volume.life.VolumeDraft;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads volumes and snapshots from requests. */
final class VolumeBodies {

  static final long MAX_GIB = 65_536;
  static final String ZONE = "nova";

  private static final int NAME_LENGTH = 255;
  private static final int MAX_METADATA = 128;

  private VolumeBodies() {}

  static VolumeDraft draft(JsonBody body) {
    refuseElsewhere(body);
    return new VolumeDraft(
        description(body, new Volume.Description("", "", Map.of())),
        body.optionalNumber("size", 1, MAX_GIB),
        reference(body, "volume_type").map(VolumeBodies::type),
        source(body),
        reference(body, "group_id")
            .map(
                text ->
                    Ids.parse(text).orElseThrow(() -> ApiFault.notFound(GroupRoutes.THING, text))));
  }

  /** What the request says of it; what it does not say stays as it was. */
  static Volume.Description description(JsonBody body, Volume.Description before) {
    return new Volume.Description(
        text(body, "name", "display_name").orElse(before.name()),
        text(body, "description", "display_description").orElse(before.text()),
        body.has("metadata") ? metadata(body) : before.metadata());
  }

  static Map<String, String> metadata(JsonBody body) {
    return body.textMap("metadata", MAX_METADATA, NAME_LENGTH);
  }

  /** The one item of the key that the path names. */
  static Map<String, String> metadataItem(JsonBody body, String key) {
    Map<String, String> item = body.textMap("meta", MAX_METADATA, NAME_LENGTH);
    if (!item.keySet().equals(Set.of(key))) {
      throw ApiFault.badRequest("Request body and URI mismatch");
    }
    return item;
  }

  private static Optional<String> text(JsonBody body, String name, String oldName) {
    return body.optionalText(name, NAME_LENGTH)
        .or(() -> body.optionalText(oldName, NAME_LENGTH))
        .map(String::strip);
  }

  private static VolumeDraft.Source source(JsonBody body) {
    List<VolumeDraft.Source> sources = new ArrayList<>();
    reference(body, "imageRef")
        .or(() -> reference(body, "image_id"))
        .ifPresent(id -> sources.add(new VolumeDraft.Source.OfImage(id)));
    reference(body, "snapshot_id")
        .ifPresent(id -> sources.add(new VolumeDraft.Source.OfSnapshot(id)));
    reference(body, "source_volid")
        .ifPresent(id -> sources.add(new VolumeDraft.Source.OfVolume(id)));
    if (sources.size() > 1) {
      throw ApiFault.badRequest(
          "volume: is made of one of imageRef, snapshot_id, source_volid, not of several");
    }
    return sources.isEmpty() ? new VolumeDraft.Source.Nothing() : sources.getFirst();
  }

  private static Optional<String> reference(JsonBody body, String name) {
    return body.optionalText(name, NAME_LENGTH).filter(text -> !text.isEmpty());
  }

  private static void refuseElsewhere(JsonBody body) {
    Optional<String> zone = reference(body, "availability_zone").filter(z -> !z.equals(ZONE));
    if (zone.isPresent()) {
      throw ApiFault.badRequest("Availability zone '" + zone.get() + "' is invalid.");
    }
    for (String name : List.of("backup_id", "consistencygroup_id")) {
      if (reference(body, name).isPresent()) {
        throw ApiFault.badRequest(body.at(name) + ": is not offered here");
      }
    }
  }

  /** Cinder's own default type is taken for the one of here. */
  private static String type(String nameOrId) {
    return nameOrId.equals("__DEFAULT__") ? VolumeType.DEFAULT_ID.toString() : nameOrId;
  }
}
