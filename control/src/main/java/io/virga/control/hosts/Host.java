package io.virga.control.hosts;

import io.virga.control.database.Row;
import io.virga.control.http.Ids;
import io.virga.dataplane.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A process of a data plane on a host.
 *
 * @param connected whether it holds its watch stream open
 * @param details all that it said of its host, by the names of docs/ARCHITECTURE.md §11
 * @param disabled set by an administrator: nothing new is placed there
 * @param forcedDown set by an administrator: it counts as away, even while it is connected
 */
public record Host(
    String service,
    String name,
    boolean connected,
    Capacity capacity,
    Map<String, String> details,
    boolean disabled,
    Optional<String> disabledReason,
    boolean forcedDown,
    Instant changedAt) {

  /** What the host can hold. */
  public record Capacity(int vcpus, long memoryBytes, long diskBytes, long diskUsedBytes) {}

  /** Its id, the same at all times; none is kept. */
  public UUID id() {
    return Ids.named(service + "@" + name);
  }

  /** Whether it is there, as far as anyone knows. */
  public boolean isUp() {
    return connected && !forcedDown;
  }

  static Host of(Row row) {
    Map<String, String> details = new LinkedHashMap<>();
    Json.mapper()
        .readTree(row.text("details"))
        .properties()
        .forEach(entry -> details.put(entry.getKey(), entry.getValue().asString()));
    return new Host(
        row.text("service"),
        row.text("name"),
        row.flag("connected"),
        new Capacity(
            row.integer("vcpus"),
            row.number("memory_bytes"),
            row.number("disk_bytes"),
            row.number("disk_used_bytes")),
        Map.copyOf(details),
        row.flag("disabled"),
        row.optionalText("disabled_reason"),
        row.flag("forced_down"),
        row.time("changed_at"));
  }
}
