package io.virga.netagent.ovsdb;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.json.Json;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Messages to and from JSON text; pure functions. */
public final class OvsdbCodec {

  /** The longest message: a database of thousands of ports fits. */
  public static final int MAX_MESSAGE_BYTES = 32 << 20;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private OvsdbCodec() {}

  /** The message as JSON. */
  public static byte[] encode(OvsdbMessage message) {
    ObjectNode json = NODES.objectNode();
    switch (message) {
      case OvsdbMessage.Request request -> {
        json.put("method", request.method());
        json.set("params", request.params());
        json.set("id", request.id());
      }
      case OvsdbMessage.Notification notification -> {
        json.put("method", notification.method());
        json.set("params", notification.params());
        json.set("id", NODES.nullNode());
      }
      case OvsdbMessage.Response response -> {
        json.set("result", response.result());
        json.set("error", response.error());
        json.set("id", response.id());
      }
    }
    return Json.bytes(json);
  }

  /** One message of what has been received. */
  public static Decoded<OvsdbMessage> decode(ByteBuf in) {
    return switch (JsonFramer.decode(in, MAX_MESSAGE_BYTES)) {
      case Decoded.NeedMore<Octets> _ -> new Decoded.NeedMore<>();
      case Decoded.Malformed<Octets> malformed -> new Decoded.Malformed<>(malformed.reason());
      case Decoded.Complete<Octets> complete -> parse(complete.value());
    };
  }

  private static Decoded<OvsdbMessage> parse(Octets text) {
    try {
      JsonNode json = Json.read(text.toByteArray(), JsonNode.class);
      return interpret(json)
          .<Decoded<OvsdbMessage>>map(Decoded.Complete::new)
          .orElseGet(() -> new Decoded.Malformed<>("neither a request nor a response"));
    } catch (JacksonException malformed) {
      return new Decoded.Malformed<>("not JSON: " + malformed.getOriginalMessage());
    }
  }

  private static Optional<OvsdbMessage> interpret(JsonNode json) {
    JsonNode id = json.path("id").isMissingNode() ? NODES.nullNode() : json.path("id");
    if (json.path("method").isString()) {
      String method = json.path("method").stringValue();
      JsonNode params = json.path("params");
      if (!params.isArray()) {
        return Optional.empty();
      }
      return Optional.of(
          id.isNull()
              ? new OvsdbMessage.Notification(method, params)
              : new OvsdbMessage.Request(method, params, id));
    }
    if (json.has("result") || json.has("error")) {
      return Optional.of(
          new OvsdbMessage.Response(orNull(json.path("result")), orNull(json.path("error")), id));
    }
    return Optional.empty();
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? NODES.nullNode() : node;
  }
}
