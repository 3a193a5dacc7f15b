package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.volume.model.Volume;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which volumes a list shows, and in which order. */
final class VolumeListing {

  private static final Map<String, Comparator<Volume>> ORDERS =
      Map.ofEntries(
          Map.entry("id", Comparator.comparing(volume -> volume.id().toString())),
          Map.entry("name", Comparator.comparing(volume -> volume.description().name())),
          Map.entry("display_name", Comparator.comparing(volume -> volume.description().name())),
          Map.entry("status", Comparator.comparing(Volume::status)),
          Map.entry("size", Comparator.comparing(Volume::sizeBytes)),
          Map.entry("bootable", Comparator.comparing(volume -> volume.traits().bootable())),
          Map.entry("host", Comparator.comparing(Volume::host)),
          Map.entry("project_id", Comparator.comparing(Volume::projectId)),
          Map.entry("availability_zone", Comparator.comparing(volume -> VolumeBodies.ZONE)),
          Map.entry("created_at", Comparator.comparing(Volume::createdAt)),
          Map.entry("updated_at", Comparator.comparing(Volume::updatedAt)));

  /** The parameters by which it is filtered. */
  static final List<String> FILTERS =
      List.of(
          "availability_zone",
          "bootable",
          "metadata",
          "name",
          "project_id",
          "size",
          "status",
          "volume_type_id");

  private VolumeListing() {}

  /** The filters of a request. */
  static Predicate<Volume> filter(ApiRequest request) {
    Map<String, String> metadata = metadata(request);
    return volume ->
        is(request, "name", volume.description().name())
            && request.query("status").map(s -> s.equalsIgnoreCase(volume.status())).orElse(true)
            && is(request, "project_id", volume.projectId())
            && is(request, "availability_zone", VolumeBodies.ZONE)
            && is(request, "size", Long.toString(volume.sizeGib()))
            && isType(request, volume)
            && request
                .query("bootable")
                .map(b -> isTrue(b) == volume.traits().bootable())
                .orElse(true)
            && volume.description().metadata().entrySet().containsAll(metadata.entrySet());
  }

  private static boolean is(ApiRequest request, String name, String value) {
    return request.query(name).map(value::equals).orElse(true);
  }

  private static boolean isType(ApiRequest request, Volume volume) {
    return request
        .query("volume_type_id")
        .map(id -> volume.traits().type().filter(t -> t.id().toString().equals(id)).isPresent())
        .orElse(true);
  }

  private static boolean isTrue(String text) {
    return text.equalsIgnoreCase("true") || text.equals("1");
  }

  /** Clients write it as Python does, {@code {'key': 'value'}}. */
  private static Map<String, String> metadata(ApiRequest request) {
    return request
        .query("metadata")
        .map(
            text ->
                JsonBody.parse("{\"metadata\": " + text.replace('\'', '"') + "}", "filter")
                    .textMap("metadata", 128, 255))
        .orElse(Map.of());
  }

  /**
   * {@code sort=key:dir,key:dir}, or the older {@code sort_key} and {@code sort_dir}; the newest
   * first otherwise.
   */
  static Comparator<Volume> order(ApiRequest request) {
    List<String> asked =
        request
            .query("sort")
            .map(text -> Arrays.asList(text.split(",", -1)))
            .or(
                () ->
                    request
                        .query("sort_key")
                        .map(key -> List.of(key + ":" + request.query("sort_dir").orElse("desc"))))
            .orElse(List.of("created_at:desc"));
    Comparator<Volume> order = Comparator.comparingInt(volume -> 0);
    for (String each : asked) {
      order = order.thenComparing(order(each));
    }
    return order.thenComparing(volume -> volume.id().toString());
  }

  private static Comparator<Volume> order(String asked) {
    int colon = asked.indexOf(':');
    String key = colon < 0 ? asked : asked.substring(0, colon);
    Comparator<Volume> order = ORDERS.get(key.strip());
    if (order == null) {
      throw ApiFault.badRequest("Invalid input received: Sort key %s is invalid.".formatted(key));
    }
    return switch (colon < 0 ? "desc" : asked.substring(colon + 1)) {
      case "asc" -> order;
      case "desc" -> order.reversed();
      default ->
          throw ApiFault.badRequest(
              "Invalid input received: Unknown sort direction in '%s', must be asc or desc."
                  .formatted(asked));
    };
  }
}
