package io.virga.control.image.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An image.
 *
 * <pre>
 * status      event                   next
 * queued      upload begins           saving
 * saving      all is stored           active
 * saving      the input is refused    killed
 * saving      the upload breaks off   queued
 * queued      staging begins          uploading, also when all is staged
 * uploading   staging breaks off      queued
 * uploading   an import begins        importing
 * queued      a download begins       importing
 * importing   all is stored           active
 * importing   it comes to nothing     queued
 * active      its owner takes it back deactivated, until he gives it again
 * </pre>
 */
public record Image(
    UUID id,
    String projectId,
    String status,
    Attributes attributes,
    Optional<Content> content,
    Placement placement,
    Instant createdAt,
    Instant updatedAt) {

  public static final String QUEUED = "queued";
  public static final String UPLOADING = "uploading";
  public static final String ACTIVE = "active";
  public static final String DEACTIVATED = "deactivated";
  public static final String KILLED = "killed";

  /**
   * What its owner says of it.
   *
   * @param diskFormat needed at the latest when bytes come
   */
  public record Attributes(
      Optional<String> name,
      String visibility,
      Optional<String> diskFormat,
      Optional<String> containerFormat,
      long minDiskGib,
      long minRamMib,
      boolean isProtected,
      boolean hidden,
      List<String> tags,
      Map<String, String> properties) {

    public Attributes {
      tags = List.copyOf(tags);
      properties = Map.copyOf(properties);
    }

    public Attributes tagged(List<String> changed) {
      return new Attributes(
          name,
          visibility,
          diskFormat,
          containerFormat,
          minDiskGib,
          minRamMib,
          isProtected,
          hidden,
          changed,
          properties);
    }
  }

  /**
   * What was uploaded.
   *
   * @param sizeBytes of what was uploaded
   * @param virtualSizeBytes of the disk; 0 if it has no bootable form
   * @param md5 in lower-case hexadecimal, as is {@code sha512}
   */
  public record Content(long sizeBytes, long virtualSizeBytes, String md5, String sha512) {}

  public Image with(Attributes changed) {
    return new Image(id, projectId, status, changed, content, placement, createdAt, updatedAt);
  }

  public Image ownedBy(String project) {
    return new Image(id, project, status, attributes, content, placement, createdAt, updatedAt);
  }
}
