package io.virga.control.volume.model;

import java.time.Instant;
import java.util.UUID;

/**
 * What failed, for who asked for it.
 *
 * @param requestId empty where it is a host that failed
 */
public record UserMessage(
    UUID id,
    String projectId,
    String requestId,
    String resourceType,
    UUID resourceId,
    String eventId,
    String text,
    Instant createdAt,
    Instant guaranteedUntil) {

  private static final String VOLUME = "VOLUME";
  private static final String SNAPSHOT = "VOLUME_SNAPSHOT";
  private static final String UNKNOWN = "An unknown error occurred.";

  /** What can fail, by Cinder's numbers of actions and details. */
  public enum Event {
    NO_HOST(VOLUME, "001", "003", "schedule allocate volume:No block store has room for it."),
    IMAGE_NOT_COPIED(VOLUME, "005", "001", "copy image to volume:" + UNKNOWN),
    NOT_EXTENDED(VOLUME, "007", "001", "extend volume:" + UNKNOWN),
    NOT_MADE(VOLUME, "008", "001", "create volume from backend storage:" + UNKNOWN),
    SNAPSHOT_NOT_MADE(SNAPSHOT, "009", "001", "create snapshot:" + UNKNOWN),
    SNAPSHOT_NOT_DELETED(SNAPSHOT, "010", "001", "delete snapshot:" + UNKNOWN);

    private final String resourceType;
    private final String id;
    private final String text;

    Event(String resourceType, String action, String detail, String text) {
      this.resourceType = resourceType;
      this.id = "VOLUME_%s_%s_%s".formatted(resourceType, action, detail);
      this.text = text;
    }

    public String resourceType() {
      return resourceType;
    }

    public String id() {
      return id;
    }

    public String text() {
      return text;
    }
  }
}
