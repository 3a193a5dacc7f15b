package io.virga.control.volume.api;

import io.virga.control.http.View;
import io.virga.control.volume.model.VolumeType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Types in cinder's words. */
final class TypeViews {

  /** The extra specs that say something to those who use a type. */
  private static final List<String> FOR_USERS =
      List.of("RESKEY:availability_zones", "multiattach", "replication_enabled");

  private TypeViews() {}

  /** What is told of a type that was made or changed. */
  static View brief(VolumeType type) {
    return View.of("id", type.id())
        .with("name", type.name())
        .with("description", type.description().text())
        .with("is_public", type.isPublic())
        .with("extra_specs", type.extraSpecs());
  }

  static View made(VolumeType type) {
    return brief(type).with("os-volume-type-access:is_public", type.isPublic());
  }

  static View whole(VolumeType type, boolean admin) {
    View view = made(type).with("extra_specs", extraSpecs(type, admin));
    return admin ? view.with("qos_specs_id", type.qosId()) : view;
  }

  static Map<String, String> extraSpecs(VolumeType type, boolean admin) {
    Map<String, String> shown = new HashMap<>(type.extraSpecs());
    if (!admin) {
      shown.keySet().retainAll(FOR_USERS);
    }
    return shown;
  }
}
