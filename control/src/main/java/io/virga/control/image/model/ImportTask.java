package io.virga.control.image.model;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One import, as its image's tasks tell of it.
 *
 * @param userId who asked for it
 * @param destination where the image is to be
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
    Destination destination,
    String status,
    String message,
    Instant createdAt,
    Instant updatedAt) {

  public static final String PROCESSING = "processing";
  public static final String SUCCESS = "success";
  public static final String FAILURE = "failure";

  /** The same import to other stores. */
  public ImportTask to(Destination other) {
    return new ImportTask(
        id, imageId, projectId, userId, requestId, source, other, status, message, createdAt,
        updatedAt);
  }

  /** Where the bytes are from. */
  public sealed interface Source {

    String STAGED = "glance-direct";
    String WEB = "web-download";
    String COPY = "copy-image";

    /** Glance's name of the method. */
    String method();

    /** The address of what is downloaded. */
    default Optional<URI> uri() {
      return Optional.empty();
    }

    /** Those that were staged. */
    record Staged() implements Source {

      @Override
      public String method() {
        return STAGED;
      }
    }

    /** Those of a web server. */
    record Web(URI address) implements Source {

      @Override
      public String method() {
        return WEB;
      }

      @Override
      public Optional<URI> uri() {
        return Optional.of(address);
      }
    }

    /** Those of the image itself, in a store where it is. */
    record Copy() implements Source {

      @Override
      public String method() {
        return COPY;
      }
    }
  }
}
