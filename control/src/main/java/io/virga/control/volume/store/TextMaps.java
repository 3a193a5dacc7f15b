package io.virga.control.volume.store;

import io.virga.dataplane.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Columns of JSON objects whose members are all texts. */
final class TextMaps {

  private TextMaps() {}

  static Map<String, String> read(String json) {
    Map<String, String> map = new LinkedHashMap<>();
    Json.mapper()
        .readTree(json)
        .properties()
        .forEach(entry -> map.put(entry.getKey(), entry.getValue().asString()));
    return map;
  }
}
