package io.virga.control.image.model;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One import, as its image's tasks tell of it.
 *
 * @param userId who asked for it
 * @param status {@code processing}, {@code success} or {@code failure}
 * @param message why it failed; empty otherwise
 */
public record ImportTask(
    UUID id,
    UUID imageId,
    String projectId,
    String userId,
    String requestId,
    Source source,
    String status,
    String message,
    Instant createdAt,
    Instant updatedAt) {

  public static final String PROCESSING = "processing";
  public static final String SUCCESS = "success";
  public static final String FAILURE = "failure";

  /**
   * Where the bytes are.
   *
   * @param uri empty for those that were staged
   */
  public record Source(Optional<URI> uri) {

    public static final String STAGED = "glance-direct";
    public static final String WEB = "web-download";

    /** Glance's name of the method. */
    public String method() {
      return uri.isPresent() ? WEB : STAGED;
    }

    public Intake intake() {
      return uri.isPresent() ? Intake.IMPORT : Intake.IMPORT_STAGED;
    }
  }
}
