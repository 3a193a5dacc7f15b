package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.NewServers;
import io.virga.control.compute.server.ServerDraft;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.InstancePorts.Nic;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads servers from requests. */
final class ServerBodies {

  static final int NAME_LENGTH = 255;
  static final int MAX_METADATA = 128;

  /** What is read, to be refused as too much. */
  private static final int MAX_SENT_METADATA = 1024;

  /** Since then servers have a description, tags from the start, and must say their networks. */
  static final int DESCRIPTION = 19;

  static final int CREATED_WITH_TAGS = 52;

  /** From then on no files are put into guests. */
  static final int WITHOUT_FILES = 57;

  private static final int NETWORKS_SAID = 37;
  private static final String FILES = "personality";
  private static final int MAX_FILES = 1000;

  private static final int MAX_USER_DATA_BYTES = 65_535;
  private static final int MAX_NICS = 16;
  private static final int MAX_GROUPS = 64;
  private static final int MAX_COUNT = 100;
  private static final int ZONE_PARTS = 3;
  private static final int BASE64_MARGIN = 1024;

  private ServerBodies() {}

  static ServerDraft draft(JsonBody root, Microversion version) {
    JsonBody body = root.object("server");
    refuseFiles(body, version);
    String flavor = reference(body.text("flavorRef", NAME_LENGTH));
    BlockDevices devices = BlockDevices.read(body);
    return new ServerDraft(
        new Server.Description(
            name(body),
            version.atLeast(DESCRIPTION)
                ? body.optionalText("description", NAME_LENGTH).orElse("")
                : "",
            items(body, "metadata"),
            version.atLeast(CREATED_WITH_TAGS) ? Tags.of(body) : List.of(),
            Addresses.v4(body).orElse(""),
            Addresses.v6(body).orElse("")),
        devices.imageId(),
        devices.disks(),
        devices.further(),
        flavor,
        new ServerDraft.Entry(
            body.optionalText("key_name", NAME_LENGTH), userData(body), drive(body)),
        diskConfig(body).orElse("MANUAL"),
        network(body, version),
        where(root, body));
  }

  /** None are put into guests: their quota is 0, and later versions have no member for them. */
  static void refuseFiles(JsonBody body, Microversion version) {
    if (version.atLeast(WITHOUT_FILES) && body.has(FILES)) {
      throw ApiFault.badRequest(body.at(FILES) + ": is not accepted since version 2.57");
    }
    if (!body.objects(FILES, MAX_FILES).isEmpty()) {
      throw ApiFault.overLimit("Quota exceeded for injected_files: none may be put into servers");
    }
  }

  /** Nova takes no name that is blank. */
  private static String name(JsonBody body) {
    String name = body.text("name", NAME_LENGTH).strip();
    if (name.isEmpty()) {
      throw ApiFault.badRequest(body.at("name") + ": may not be empty");
    }
    return name;
  }

  /** What a changed server is called and says of itself. */
  static Server.Description described(
      JsonBody body, Server.Description before, Microversion version) {
    return new Server.Description(
        body.has("name") ? name(body) : before.name(),
        version.atLeast(DESCRIPTION) && body.has("description")
            ? body.optionalText("description", NAME_LENGTH).orElse("")
            : before.text(),
        body.has("metadata") ? items(body, "metadata") : before.metadata(),
        before.tags(),
        body.has("accessIPv4") ? Addresses.v4(body).orElse("") : before.accessV4(),
        body.has("accessIPv6") ? Addresses.v6(body).orElse("") : before.accessV6());
  }

  static Optional<String> diskConfig(JsonBody body) {
    return body.optionalChoice("OS-DCF:diskConfig", List.of("AUTO", "MANUAL"));
  }

  /** Old clients write nothing for no. */
  private static boolean drive(JsonBody body) {
    boolean empty =
        body.member("config_drive")
            .filter(v -> v.isString() && v.stringValue().isEmpty())
            .isPresent();
    return !empty && body.flag("config_drive", false);
  }

  private static ServerDraft.Network network(JsonBody body, Microversion version) {
    Optional<String> word =
        body.member("networks").filter(JsonNode::isString).map(JsonNode::stringValue);
    if (word.isPresent() && !List.of("auto", "none").contains(word.get())) {
      throw ApiFault.badRequest(
          "server.networks: '" + word.get() + "' is not a list, and not one of auto, none");
    }
    if (version.atLeast(NETWORKS_SAID) && !body.has("networks")) {
      throw ApiFault.badRequest("server.networks: is required; a list, or one of auto, none");
    }
    return new ServerDraft.Network(
        groups(body),
        word.isPresent() ? List.of() : nics(body),
        word.filter("none"::equals).isPresent());
  }

  /**
   * A zone, and behind a colon the host that an administrator asks for, {@code nova:host}, or
   * {@code nova:host:node} with both the same.
   */
  private static ServerDraft.Where where(JsonBody root, JsonBody body) {
    String text = body.optionalText("availability_zone", NAME_LENGTH).orElse("");
    String[] parts = text.split(":", -1);
    if (parts.length > ZONE_PARTS) {
      throw ApiFault.badRequest(
          "The requested availability zone is not available: '%s'; expected a zone, or zone:host"
              .formatted(text));
    }
    return new ServerDraft.Where(
        Stream.of(parts).skip(1).filter(part -> !part.isEmpty()).findFirst(),
        Optional.of(parts[0]).filter(zone -> !zone.isEmpty()),
        group(root, body));
  }

  /** The hint is beside the server, by its older name in it. */
  private static Optional<UUID> group(JsonBody root, JsonBody body) {
    return root.optionalObject("os:scheduler_hints")
        .or(() -> root.optionalObject("OS-SCH-HNT:scheduler_hints"))
        .or(() -> body.optionalObject("os:scheduler_hints"))
        .flatMap(
            hints ->
                hints
                    .optionalText("group", NAME_LENGTH)
                    .map(id -> UUID.fromString(uuid(hints, "group", id))));
  }

  /** How many servers are asked for; as many as the quota has room for, but {@code min_count}. */
  static NewServers.Count count(JsonBody body) {
    long min = body.optionalNumber("min_count", 1, MAX_COUNT).orElse(1L);
    long max = body.optionalNumber("max_count", 1, MAX_COUNT).orElse(min);
    if (min > max) {
      throw ApiFault.badRequest("min_count must be <= max_count");
    }
    return new NewServers.Count(Math.toIntExact(min), Math.toIntExact(max));
  }

  /** Old clients send the address of a thing for its id. */
  static String reference(String text) {
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
              nic.optionalText("uuid", NAME_LENGTH).map(id -> uuid(nic, "uuid", id)),
              nic.optionalText("port", NAME_LENGTH).map(id -> uuid(nic, "port", id)),
              nic.optionalText("fixed_ip", NAME_LENGTH));
      if (read.networkId().isEmpty() && read.portId().isEmpty()) {
        throw ApiFault.badRequest(nic.at("uuid") + ": a network needs a uuid or a port");
      }
      nics.add(read);
    }
    return nics;
  }

  static String uuid(JsonBody body, String name, String text) {
    return Ids.parse(text)
        .orElseThrow(
            () -> ApiFault.badRequest("%s: '%s' is not a UUID".formatted(body.at(name), text)))
        .toString();
  }

  /** Base64 of at most so much that Nova takes. */
  static Optional<String> userData(JsonBody body) {
    return body.optionalText("user_data", MAX_USER_DATA_BYTES / 3 * 4 + BASE64_MARGIN)
        .map(text -> userData(body, text));
  }

  private static String userData(JsonBody body, String base64) {
    try {
      int bytes = Base64.getMimeDecoder().decode(base64).length;
      if (bytes > MAX_USER_DATA_BYTES) {
        throw ApiFault.badRequest(
            "%s: %d bytes are more than %d"
                .formatted(body.at("user_data"), bytes, MAX_USER_DATA_BYTES));
      }
      return base64;
    } catch (IllegalArgumentException e) {
      throw ApiFault.badRequest(body.at("user_data") + ": is not base64");
    }
  }

  /** Metadata that must be there, if only as an empty object. */
  static Map<String, String> metadata(JsonBody body, String member) {
    if (body.member(member).isEmpty()) {
      throw ApiFault.badRequest(body.at(member) + ": is required");
    }
    return items(body, member);
  }

  /** Metadata, none if the member is absent; over limit for more than there may be. */
  static Map<String, String> items(JsonBody body, String member) {
    return allowed(body.textMap(member, MAX_SENT_METADATA, NAME_LENGTH));
  }

  /** Fails with over limit for more items than there may be. */
  static Map<String, String> allowed(Map<String, String> items) {
    if (items.size() > MAX_METADATA) {
      throw ApiFault.overLimit(
          "Quota exceeded for metadata_items: %d, but at most %d are accepted"
              .formatted(items.size(), MAX_METADATA));
    }
    return items;
  }
}
