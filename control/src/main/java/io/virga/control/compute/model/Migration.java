package io.virga.control.compute.model;

import java.time.Instant;
import java.util.UUID;

/**
 * A line of the log of migrations.
 *
 * @param type {@code migration} or {@code resize}
 * @param status Nova's word for how far it is
 * @param source the host that the server was on
 * @param target the host that it went to
 */
public record Migration(
    long id,
    UUID uuid,
    UUID serverId,
    String type,
    String status,
    String source,
    String target,
    String oldFlavor,
    String newFlavor,
    Instant createdAt,
    Instant updatedAt) {}
