package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.volume.model.Volume;
import java.util.LinkedHashMap;
import java.util.Map;

/** Changes of the metadata in a description. */
final class Metadata {

  private static final int MAX_ITEMS = 128;

  private Metadata() {}

  static Volume.Description of(Volume.Description description, Map<String, String> all) {
    return new Volume.Description(description.name(), description.text(), all);
  }

  static Volume.Description with(Volume.Description description, Map<String, String> added) {
    Map<String, String> all = new LinkedHashMap<>(description.metadata());
    all.putAll(added);
    if (all.size() > MAX_ITEMS) {
      throw ApiFault.badRequest("metadata: has more than " + MAX_ITEMS + " members");
    }
    return of(description, all);
  }

  static Volume.Description without(Volume.Description description, String key) {
    Map<String, String> all = new LinkedHashMap<>(description.metadata());
    if (all.remove(key) == null) {
      throw ApiFault.notFound("Metadata item", key);
    }
    return of(description, all);
  }
}
