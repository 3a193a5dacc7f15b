package io.virga.control.image.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A project that an image is shared with: it sees the image, and lists it once it has accepted.
 *
 * @param status one of {@link #STATUSES}
 */
public record Member(
    UUID imageId, String projectId, String status, Instant createdAt, Instant updatedAt) {

  public static final String ACCEPTED = "accepted";
  public static final List<String> STATUSES = List.of("pending", ACCEPTED, "rejected");
}
