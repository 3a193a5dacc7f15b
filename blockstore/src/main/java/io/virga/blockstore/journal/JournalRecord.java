package io.virga.blockstore.journal;

/** One change of a pool's state. Volumes are named by the number that the pool gave them. */
public sealed interface JournalRecord {

  /** What a volume is to the pool. */
  enum VolumeKind {
    VOLUME,
    SNAPSHOT,
    IMAGE
  }

  /**
   * A new volume that is empty, or that shows an image where it is unset.
   *
   * @param baseId the image volume, 0 for none
   * @param origin where an image is fetched from, empty for what is no image
   */
  record Create(
      long volumeId, VolumeKind kind, String name, long sizeBytes, long baseId, String origin)
      implements JournalRecord {}

  /** A new volume with the contents that another has now; a snapshot or a clone. */
  record Share(long volumeId, VolumeKind kind, String name, long sizeBytes, long sourceId)
      implements JournalRecord {}

  /**
   * The volume has the contents that a snapshot has, and its own size.
   *
   * @param request the number of the request, larger than that of any before it
   */
  record Revert(long volumeId, long sourceId, long request) implements JournalRecord {}

  /** The volume is no more. */
  record Delete(long volumeId) implements JournalRecord {}

  /** The volume has grown. */
  record Resize(long volumeId, long sizeBytes) implements JournalRecord {}

  /** What is remote in the image is known, by runs before this. */
  record ImageKnown(long volumeId) implements JournalRecord {}

  /** Blocks are now a run that begins with the entry. */
  record MapRun(long volumeId, long firstBlock, long count, long entry) implements JournalRecord {}

  /** Blocks are now what those of a source are, which refer to the same space. */
  record CopyRun(long volumeId, long firstBlock, long count, long sourceId, long sourceBlock)
      implements JournalRecord {}

  /** Blocks are now zeros. */
  record ZeroRun(long volumeId, long firstBlock, long count, int generation)
      implements JournalRecord {}
}
