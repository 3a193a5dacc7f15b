package io.virga.control.image.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.JsonBody;
import io.virga.control.image.model.Image.Attributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads images from requests. */
final class ImageBodies {

  static final List<String> VISIBILITIES = List.of("public", "community", "shared", "private");

  private static final List<String> DISK_FORMATS =
      List.of("raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "iso", "aki", "ari", "ami");
  private static final List<String> CONTAINER_FORMATS =
      List.of("bare", "ovf", "ova", "docker", "aki", "ari", "ami");
  private static final List<String> AMAZON = List.of("aki", "ari", "ami");

  /** What a client may not set: it is the service's to say. */
  static final Set<String> READ_ONLY =
      Set.of(
          "created_at",
          "updated_at",
          "status",
          "checksum",
          "os_hash_algo",
          "os_hash_value",
          "size",
          "virtual_size",
          "direct_url",
          "self",
          "file",
          "schema",
          "stores",
          "locations");

  static final int NAME_LENGTH = 255;

  /** What properties of the service's own begin with. */
  private static final String RESERVED = "os_glance_";

  private static final int MAX_TAGS = 128;
  private static final int MAX_PROPERTIES = 128;
  private static final int MAX_PROPERTY_LENGTH = 65_535;
  private static final Set<String> OWN =
      Set.of(
          "id",
          "owner",
          "name",
          "visibility",
          "disk_format",
          "container_format",
          "min_disk",
          "min_ram",
          "protected",
          "os_hidden",
          "tags");

  private ImageBodies() {}

  /** All that the body says of an image; what it does not say is by default. */
  static Attributes attributes(JsonBody body) {
    for (String name : body.names()) {
      if (READ_ONLY.contains(name)) {
        throw ApiFault.forbidden("Attribute '" + name + "' is read-only.");
      }
    }
    Attributes attributes =
        new Attributes(
            body.optionalText("name", NAME_LENGTH),
            body.optionalChoice("visibility", VISIBILITIES).orElse("shared"),
            body.optionalChoice("disk_format", DISK_FORMATS),
            body.optionalChoice("container_format", CONTAINER_FORMATS),
            body.optionalNumber("min_disk", 0, Integer.MAX_VALUE).orElse(0L),
            body.optionalNumber("min_ram", 0, Integer.MAX_VALUE).orElse(0L),
            body.flag("protected", false),
            body.flag("os_hidden", false),
            body.texts("tags", MAX_TAGS, NAME_LENGTH).stream().distinct().toList(),
            properties(body));
    checkFormats(attributes);
    return attributes;
  }

  /**
   * @throws ApiFault bad request, if one is too long, or there are too many
   */
  static void checkTags(List<String> tags) {
    for (String tag : tags) {
      if (tag.codePointCount(0, tag.length()) > NAME_LENGTH) {
        throw ApiFault.badRequest(
            "tags: '%s' is longer than %d characters".formatted(tag, NAME_LENGTH));
      }
    }
    if (tags.size() > MAX_TAGS) {
      throw ApiFault.of(
          FaultKind.TOO_LARGE,
          "The limit has been exceeded on the number of allowed image tags: %d; the most are %d."
              .formatted(tags.size(), MAX_TAGS));
    }
  }

  private static Map<String, String> properties(JsonBody body) {
    Map<String, String> properties = new LinkedHashMap<>();
    for (String name : body.names()) {
      if (!OWN.contains(name)) {
        if (name.startsWith(RESERVED)) {
          throw ApiFault.forbidden("Attribute '" + name + "' is reserved.");
        }
        if (name.isEmpty() || name.length() > NAME_LENGTH) {
          throw ApiFault.badRequest("The name of a property is of 1 to 255 characters.");
        }
        body.optionalText(name, MAX_PROPERTY_LENGTH)
            .ifPresent(value -> properties.put(name, value));
      }
    }
    if (properties.size() > MAX_PROPERTIES) {
      throw ApiFault.of(
          FaultKind.TOO_LARGE,
          "The limit of %d properties has been exceeded.".formatted(MAX_PROPERTIES));
    }
    return properties;
  }

  private static void checkFormats(Attributes attributes) {
    String disk = attributes.diskFormat().orElse("");
    String container = attributes.containerFormat().orElse("");
    boolean amazon = AMAZON.contains(disk) || AMAZON.contains(container);
    if (amazon && !disk.isEmpty() && !container.isEmpty() && !disk.equals(container)) {
      throw ApiFault.badRequest(
          """
          Invalid mix of disk and container formats. When setting a disk or container format to \
          one of 'aki', 'ari', or 'ami', the container and disk formats must match.""");
    }
  }
}
