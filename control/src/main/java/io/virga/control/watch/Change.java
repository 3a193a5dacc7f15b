package io.virga.control.watch;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.watch.WatchEvent;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A row of the outbox.
 *
 * @param spec empty if the thing is no longer the host's
 */
record Change(String kind, String id, String host, long revision, Optional<String> spec) {

  Change below(long horizon) {
    return revision < horizon ? this : new Change(kind, id, host, horizon - 1, spec);
  }

  WatchEvent event() {
    return spec.<WatchEvent>map(
            json -> new WatchEvent.Put(kind, id, revision, Json.read(json, JsonNode.class)))
        .orElseGet(() -> new WatchEvent.Delete(kind, id, revision));
  }
}
