package io.virga.control.compute.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that was done to a server, by one request.
 *
 * @param event what it consists of, in Nova's words
 * @param projectId of the server
 * @param host where the server was; empty if nowhere
 * @param end empty while it is under way
 */
public record ServerAction(
    UUID serverId,
    String requestId,
    String action,
    String event,
    String userId,
    String projectId,
    String host,
    Instant startedAt,
    Instant updatedAt,
    Optional<End> end) {

  /** How it ended. */
  public record End(Instant at, boolean success) {}
}
