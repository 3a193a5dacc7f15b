package io.virga.netagent.ovsdb;

import tools.jackson.databind.JsonNode;

/** JSON-RPC 1.0 as OVSDB speaks it (RFC 7047 §4). */
public sealed interface OvsdbMessage {

  /** Asks for something; the answer carries the same id. */
  record Request(String method, JsonNode params, JsonNode id) implements OvsdbMessage {}

  /** Tells something; there is no answer. */
  record Notification(String method, JsonNode params) implements OvsdbMessage {}

  /** Answers a request; {@code error} is JSON null when it succeeded. */
  record Response(JsonNode result, JsonNode error, JsonNode id) implements OvsdbMessage {}
}
