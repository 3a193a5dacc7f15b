package io.virga.control.image.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.image.model.Image;
import io.virga.control.policy.Caller;
import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Glance's patches: a list of {@code add}, {@code replace} and {@code remove}, each of one member
 * of the flat image (RFC 6902, without nesting). Of the two media types the older one, 2.0, names
 * an operation and its path by one member: {@code {"replace": "/name", "value": "new"}}.
 */
final class ImagePatch {

  private static final String OLD_TYPE = "application/openstack-images-v2.0-json-patch";
  private static final String TYPE = "application/openstack-images-v2.1-json-patch";
  private static final String OWNER = "owner";
  private static final List<String> VERBS = List.of("add", "replace", "remove");
  private static final List<String> BASE =
      List.of(
          "name",
          "visibility",
          "disk_format",
          "container_format",
          "min_disk",
          "min_ram",
          "protected",
          "os_hidden",
          "tags",
          OWNER);
  private static final List<String> FORMATS = List.of("disk_format", "container_format");

  private final List<Operation> operations;

  private record Operation(String verb, String path, Optional<JsonNode> value) {

    /** The member that it is of. */
    String name() {
      return path.replaceFirst("^/", "").replace("~1", "/").replace("~0", "~");
    }
  }

  private ImagePatch(List<Operation> operations) {
    this.operations = operations;
  }

  static Mono<ImagePatch> read(ApiRequest request) {
    String type =
        request
            .header("Content-Type")
            .orElse("")
            .replaceFirst(";.*", "")
            .strip()
            .toLowerCase(Locale.ROOT);
    if (!type.equals(TYPE) && !type.equals(OLD_TYPE)) {
      return Mono.error(
          ApiFault.of(
              FaultKind.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type: '%s' is neither %s nor %s".formatted(type, TYPE, OLD_TYPE)));
    }
    return DataBufferUtils.join(request.content(), ApiRequest.MAX_JSON_BYTES)
        .map(
            buffer -> {
              byte[] bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .onErrorMap(
            DataBufferLimitException.class,
            e -> ApiFault.of(FaultKind.TOO_LARGE, "The body is too long."))
        .defaultIfEmpty(new byte[0])
        .map(bytes -> parse(bytes, type.equals(OLD_TYPE)));
  }

  private static ImagePatch parse(byte[] bytes, boolean old) {
    try {
      JsonNode list = Json.mapper().readTree(bytes);
      if (list.isArray()) {
        return new ImagePatch(
            list.valueStream().map(one -> old ? oldOperation(one) : operation(one)).toList());
      }
    } catch (JacksonException e) {
      throw ApiFault.badRequest("The body is not JSON: " + e.getOriginalMessage());
    }
    throw ApiFault.badRequest("Request body must be a JSON array of operation objects.");
  }

  private static Operation operation(JsonNode json) {
    return new Operation(
        json.path("op").asString(""), json.path("path").asString(""), json.optional("value"));
  }

  private static Operation oldOperation(JsonNode json) {
    String verb = VERBS.stream().filter(json::has).findFirst().orElse("");
    return new Operation(verb, json.path(verb).asString(""), json.optional("value"));
  }

  /** The image as the operations of the caller leave it; all of them or none. */
  Image apply(Caller caller, Image image) {
    ObjectNode flat = flat(image);
    for (Operation operation : operations) {
      if (operation.name().equals(OWNER) && !caller.isAdmin()) {
        throw ApiFault.forbidden("Only an administrator gives an image to another project.");
      }
      apply(flat, operation, image);
    }
    JsonBody changed = JsonBody.parse(Json.text(flat), "image");
    return image
        .with(ImageBodies.attributes(changed))
        .ownedBy(changed.text(OWNER, ImageBodies.NAME_LENGTH));
  }

  private static void apply(ObjectNode flat, Operation operation, Image image) {
    String path = operation.path();
    String name = operation.name();
    if (!path.startsWith("/") || name.isEmpty()) {
      throw ApiFault.badRequest("path: '" + path + "' is not /<attribute>");
    }
    if (ImageBodies.READ_ONLY.contains(name) || name.equals("id")) {
      throw ApiFault.forbidden("Attribute '" + name + "' is read-only.");
    }
    if (FORMATS.contains(name) && !image.status().equals(Image.QUEUED)) {
      throw ApiFault.forbidden("Attribute " + name + " can be only replaced for a queued image.");
    }
    String verb = operation.verb();
    switch (verb) {
      case "add", "replace" -> {
        JsonNode value =
            operation
                .value()
                .orElseThrow(
                    () ->
                        ApiFault.badRequest(
                            "Operation \"" + verb + "\" requires a member named \"value\"."));
        if (verb.equals("replace") && !flat.has(name) && !BASE.contains(name)) {
          throw ApiFault.conflict("Property " + name + " does not exist.");
        }
        flat.set(name, value);
      }
      case "remove" -> {
        if (BASE.contains(name)) {
          throw ApiFault.forbidden("Property " + name + " may not be removed.");
        }
        if (!flat.has(name)) {
          throw ApiFault.conflict("Property " + name + " does not exist.");
        }
        flat.remove(name);
      }
      default ->
          throw ApiFault.badRequest("op: '" + verb + "' is not one of " + String.join(", ", VERBS));
    }
  }

  private static ObjectNode flat(Image image) {
    Image.Attributes attributes = image.attributes();
    ObjectNode flat = Json.mapper().createObjectNode();
    attributes.properties().forEach(flat::put);
    attributes.name().ifPresent(name -> flat.put("name", name));
    flat.put("visibility", attributes.visibility());
    attributes.diskFormat().ifPresent(format -> flat.put("disk_format", format));
    attributes.containerFormat().ifPresent(format -> flat.put("container_format", format));
    flat.put("min_disk", attributes.minDiskGib());
    flat.put("min_ram", attributes.minRamMib());
    flat.put("protected", attributes.isProtected());
    flat.put("os_hidden", attributes.hidden());
    flat.put(OWNER, image.projectId());
    flat.set("tags", Json.tree(attributes.tags()));
    return flat;
  }
}
