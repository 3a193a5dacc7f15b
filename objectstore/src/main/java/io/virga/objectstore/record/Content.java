package io.virga.objectstore.record;

import java.util.List;

/** Where the bytes of an object are. */
public sealed interface Content {

  /** In the row itself; for small objects on their way. The array must not be changed. */
  record Inline(byte[] bytes) implements Content {

    /** The largest object that goes with its row. */
    public static final int MAXIMUM_BYTES = 4096;
  }

  /**
   * In the journal's frame, right here, with a checksum as a block of an extent has. Only in the
   * journal: the index gets a row that names the place as an extent.
   *
   * @param id of that extent
   * @param bytes one block at most; the array must not be changed
   */
  record Framed(long id, byte[] bytes) implements Content {}

  /** In segments, in this order. */
  record Extents(List<Extent> extents) implements Content {

    public Extents {
      extents = List.copyOf(extents);
    }
  }

  /**
   * With the replica that got them before the row, under a token of its own. Only in what is sent
   * to a replica, never stored.
   */
  record Staged(long token) implements Content {}

  /** Somewhere, which is not said: the row came from another replica. */
  record Elsewhere() implements Content {}

  /** Nowhere on the device any more: they were found damaged, and wait for a good copy. */
  record Lost() implements Content {}
}
