package io.virga.control.image.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.View;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Member;
import io.virga.control.image.view.ListLinks;
import io.virga.control.tenancy.Viewer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One request for a list: which images, in which order, from where. */
final class ImageListing {

  private static final Map<String, Comparator<Image>> KEYS =
      Map.of(
          "name", Comparator.comparing(image -> image.attributes().name().orElse("")),
          "status", Comparator.comparing(Image::status),
          "id", Comparator.comparing(image -> image.id().toString()),
          "created_at", Comparator.comparing(Image::createdAt),
          "updated_at", Comparator.comparing(Image::updatedAt),
          "disk_format", Comparator.comparing(image -> image.attributes().diskFormat().orElse("")),
          "container_format",
              Comparator.comparing(image -> image.attributes().containerFormat().orElse("")),
          "size",
              Comparator.comparing(
                  image -> image.content().map(Image.Content::sizeBytes).orElse(0L)));

  private static final Set<String> WORDS =
      Set.of(
          "id",
          "name",
          "status",
          "owner",
          "disk_format",
          "container_format",
          "visibility",
          "member_status",
          "protected",
          "size",
          "min_disk",
          "min_ram",
          "checksum",
          "os_hash_value",
          "os_hidden",
          "tag",
          "size_min",
          "size_max",
          "limit",
          "marker",
          "sort",
          "sort_key",
          "sort_dir");

  private final ApiRequest request;
  private final Viewer viewer;
  private final Page page;
  private final Comparator<Image> order;
  private final String memberStatus;
  private final Map<String, String> properties;
  private final Optional<Long> sizeMin;
  private final Optional<Long> sizeMax;

  private ImageListing(ApiRequest request) {
    this.request = request;
    this.viewer = Viewer.of(request.caller());
    this.page = Page.of(request);
    this.order = order(request);
    this.memberStatus = memberStatus(request);
    this.properties = properties(request);
    this.sizeMin = size("size_min");
    this.sizeMax = size("size_max");
    request
        .query("visibility")
        .filter(v -> !v.equals("all") && !ImageBodies.VISIBILITIES.contains(v))
        .ifPresent(
            v -> {
              throw ApiFault.badRequest("Invalid visibility value: " + v);
            });
  }

  static ImageListing of(ApiRequest request) {
    return new ImageListing(request);
  }

  Viewer viewer() {
    return viewer;
  }

  /** Whether the community's images are asked for, too. */
  boolean community() {
    return is("visibility", "community");
  }

  /** What the viewer has made of the images that are to be listed; empty for anything. */
  Optional<String> memberStatus() {
    return Optional.of(memberStatus).filter(status -> !status.equals("all"));
  }

  /** What no word of the list's own is asks for the property of that name. */
  private static Map<String, String> properties(ApiRequest request) {
    return request.queryNames().stream()
        .filter(name -> !WORDS.contains(name))
        .collect(Collectors.toMap(name -> name, name -> request.query(name).orElse("")));
  }

  private static String memberStatus(ApiRequest request) {
    String status = request.query("member_status").orElse(Member.ACCEPTED);
    if (!status.equals("all") && !Member.STATUSES.contains(status)) {
      throw ApiFault.badRequest(
          "member_status: '%s' is not one of %s, all"
              .formatted(status, String.join(", ", Member.STATUSES)));
    }
    return status;
  }

  boolean matches(Image image) {
    Image.Attributes attributes = image.attributes();
    long size = image.content().map(Image.Content::sizeBytes).orElse(0L);
    return attributes.hidden() == is("os_hidden", "true")
        && filter("id", image.id().toString())
        && filter("name", attributes.name().orElse(""))
        && filter("status", image.status())
        && filter("owner", image.projectId())
        && filter("disk_format", attributes.diskFormat().orElse(""))
        && filter("container_format", attributes.containerFormat().orElse(""))
        && (is("visibility", "all") || filter("visibility", attributes.visibility()))
        && filter("protected", Boolean.toString(attributes.isProtected()))
        && filter("size", Long.toString(size))
        && filter("min_disk", Long.toString(attributes.minDiskGib()))
        && filter("min_ram", Long.toString(attributes.minRamMib()))
        && filter("checksum", image.content().map(Image.Content::md5).orElse(""))
        && filter("os_hash_value", image.content().map(Image.Content::sha512).orElse(""))
        && properties.entrySet().stream()
            .allMatch(asked -> asked.getValue().equals(attributes.properties().get(asked.getKey())))
        && attributes.tags().containsAll(tags())
        && sizeMin.map(min -> size >= min).orElse(true)
        && sizeMax.map(max -> size <= max).orElse(true);
  }

  /** The page of what matches, in the order that was asked for. */
  View view(List<Image> matching) {
    List<Image> sorted = matching.stream().sorted(order).toList();
    Page.Cut<Image> cut = page.of(sorted, image -> image.id().toString());
    View view =
        View.of("images", cut.items().stream().map(ImageViews::view).toList())
            .with("schema", "/v2/schemas/images");
    return ListLinks.put(view, request, "/v2/images", cut, image -> image.id().toString());
  }

  private boolean is(String name, String value) {
    return request.query(name).filter(value::equalsIgnoreCase).isPresent();
  }

  /** A filter is a value, or {@code in:a,b}. */
  private boolean filter(String name, String value) {
    return request
        .query(name)
        .map(
            asked ->
                asked.startsWith("in:")
                    ? List.of(asked.substring(3).split(",")).contains(value)
                    : asked.equals(value)
                        || name.equals("protected") && asked.equalsIgnoreCase(value))
        .orElse(true);
  }

  private List<String> tags() {
    return request.raw().queryParams().getOrDefault("tag", List.of());
  }

  private Optional<Long> size(String name) {
    return request
        .query(name)
        .map(
            text -> {
              if (!text.matches("[0-9]{1,18}")) {
                throw ApiFault.badRequest(
                    name + ": '" + text + "' is not a whole number of 0 or more");
              }
              return Long.parseLong(text);
            });
  }

  /** {@code sort=name:asc,size:desc}, or {@code sort_key} with {@code sort_dir}; newest first. */
  private static Comparator<Image> order(ApiRequest request) {
    String sort =
        request
            .query("sort")
            .orElseGet(
                () ->
                    request.query("sort_key").orElse("created_at")
                        + ":"
                        + request.query("sort_dir").orElse("desc"));
    Comparator<Image> order = Comparator.comparing(image -> "");
    for (String part : sort.split(",", -1)) {
      String key = part.contains(":") ? part.substring(0, part.indexOf(':')) : part;
      String direction = part.contains(":") ? part.substring(part.indexOf(':') + 1) : "desc";
      if (!KEYS.containsKey(key) || !List.of("asc", "desc").contains(direction)) {
        throw ApiFault.badRequest("sort: '" + part + "' is not a known key with asc or desc");
      }
      Comparator<Image> by = KEYS.getOrDefault(key, order);
      order = order.thenComparing(direction.equals("asc") ? by : by.reversed());
    }
    return order.thenComparing(image -> image.id().toString());
  }
}
