package io.virga.control.compute.api;

import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.compute.server.ServerDraft;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.network.InstancePorts.Nic;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads servers from requests. */
final class ServerBodies {

  static final int NAME_LENGTH = 255;
  static final int MAX_METADATA = 128;

  private static final int MAX_USER_DATA_BYTES = 65_535;
  private static final int MAX_NICS = 16;
  private static final int MAX_GROUPS = 64;
  private static final int MAX_COUNT = 100;
  private static final int ZONE_PARTS = 3;
  private static final int BASE64_MARGIN = 1024;

  private ServerBodies() {}

  static ServerDraft draft(JsonBody body) {
    if (body.member("block_device_mapping_v2").isPresent()
        || body.member("block_device_mapping").isPresent()) {
      throw ApiFault.badRequest(
          "server.block_device_mapping_v2: servers boot from images so far, not from volumes");
    }
    Optional<String> word =
        body.member("networks").filter(JsonNode::isString).map(JsonNode::stringValue);
    if (word.isPresent() && !List.of("auto", "none").contains(word.get())) {
      throw ApiFault.badRequest(
          "server.networks: '" + word.get() + "' is not a list, and not one of auto, none");
    }
    return new ServerDraft(
        body.text("name", NAME_LENGTH).strip(),
        body.optionalText("description", NAME_LENGTH).orElse(""),
        image(body),
        reference(body.text("flavorRef", NAME_LENGTH)),
        body.optionalText("key_name", NAME_LENGTH),
        body.optionalText("user_data", MAX_USER_DATA_BYTES / 3 * 4 + BASE64_MARGIN)
            .map(ServerBodies::userData),
        body.flag("config_drive", false),
        body.textMap("metadata", MAX_METADATA, NAME_LENGTH),
        groups(body),
        word.isPresent() ? List.of() : nics(body),
        word.filter("none"::equals).isPresent(),
        host(body));
  }

  /**
   * The host that an administrator asks for: {@code nova:host}, or {@code nova:host:node} with both
   * the same. There is one zone.
   */
  private static Optional<String> host(JsonBody body) {
    String zone = body.optionalText("availability_zone", NAME_LENGTH).orElse("");
    String[] parts = zone.split(":", -1);
    if (parts.length > ZONE_PARTS || !List.of("", InstanceSpecs.ZONE).contains(parts[0])) {
      throw ApiFault.badRequest(
          "The requested availability zone is not available: '%s'; expected nova, or nova:host"
              .formatted(zone));
    }
    return Stream.of(parts).skip(1).filter(part -> !part.isEmpty()).findFirst();
  }

  /**
   * How many servers are asked for: {@code max_count}, which is placed all at once or not at all.
   */
  static int count(JsonBody body) {
    long min = body.optionalNumber("min_count", 1, MAX_COUNT).orElse(1L);
    long max = body.optionalNumber("max_count", 1, MAX_COUNT).orElse(min);
    if (min > max) {
      throw ApiFault.badRequest("min_count must be <= max_count");
    }
    return Math.toIntExact(max);
  }

  private static String image(JsonBody body) {
    String image = reference(body.optionalText("imageRef", NAME_LENGTH).orElse(""));
    if (image.isEmpty()) {
      throw ApiFault.badRequest("server.imageRef: is required");
    }
    return image;
  }

  /** Old clients send the address of a thing for its id. */
  private static String reference(String text) {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private static List<String> groups(JsonBody body) {
    return body.objects("security_groups", MAX_GROUPS).stream()
        .map(group -> group.text("name", NAME_LENGTH))
        .toList();
  }

  private static List<Nic> nics(JsonBody body) {
    List<Nic> nics = new ArrayList<>();
    for (JsonBody nic : body.objects("networks", MAX_NICS)) {
      Nic read =
          new Nic(
              nic.optionalText("uuid", NAME_LENGTH),
              nic.optionalText("port", NAME_LENGTH),
              nic.optionalText("fixed_ip", NAME_LENGTH));
      if (read.networkId().isEmpty() && read.portId().isEmpty()) {
        throw ApiFault.badRequest(nic.at("uuid") + ": a network needs a uuid or a port");
      }
      nics.add(read);
    }
    return nics;
  }

  private static String userData(String base64) {
    try {
      int bytes = Base64.getMimeDecoder().decode(base64).length;
      if (bytes > MAX_USER_DATA_BYTES) {
        throw ApiFault.badRequest(
            "server.user_data: %d bytes are more than %d".formatted(bytes, MAX_USER_DATA_BYTES));
      }
      return base64;
    } catch (IllegalArgumentException e) {
      throw ApiFault.badRequest("server.user_data: is not base64");
    }
  }
}
