package io.virga.dataplane.desired;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a volume holds before its first write. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = VolumeSource.Blank.class, name = "blank"),
  @JsonSubTypes.Type(value = VolumeSource.Formatted.class, name = "formatted"),
  @JsonSubTypes.Type(value = VolumeSource.Image.class, name = "image"),
  @JsonSubTypes.Type(value = VolumeSource.Snapshot.class, name = "snapshot"),
  @JsonSubTypes.Type(value = VolumeSource.Volume.class, name = "volume"),
})
public sealed interface VolumeSource {

  /** Zeros. */
  record Blank() implements VolumeSource {}

  /**
   * Nothing yet, in a form that a guest can use as it is: it fills the volume.
   *
   * @param label of the file system or of the swap area, at most 16 bytes; empty for none
   */
  record Formatted(Format format, String label) implements VolumeSource {}

  /** How a volume is formatted. */
  enum Format {
    EXT4,
    SWAP
  }

  /**
   * An image in the object store, streamed: a chunk is fetched when it is first read and prefetched
   * behind. The object {@code <prefix>/map} is the {@link ImageMap} as JSON, {@code <prefix>/data}
   * holds the chunks that are not all zeros, one behind another.
   *
   * @param virtualSizeBytes the size of the raw disk
   * @param objectPath {@code /v1/<account>/<container>/<prefix>}, without a host
   */
  record Image(String imageId, long virtualSizeBytes, String objectPath) implements VolumeSource {}

  /** A clone of a snapshot on the same blockstore. */
  record Snapshot(String snapshotId) implements VolumeSource {}

  /** A clone of another volume on the same blockstore, as it is at that moment. */
  record Volume(String volumeId) implements VolumeSource {}
}
