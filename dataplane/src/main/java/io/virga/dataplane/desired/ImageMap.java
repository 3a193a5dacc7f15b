package io.virga.dataplane.desired;

import java.util.List;

/**
 * Where the chunks of a raw image lie in its data object: the chunk {@code chunks[i]} (counted from
 * 0 in the disk) is at {@code i * chunkBytes}. Chunks that are not listed are zeros. The last
 * listed chunk is padded with zeros to a whole chunk.
 *
 * @param formatVersion 1
 * @param virtualSizeBytes the size of the disk, at most {@code 2^46}
 * @param chunkBytes 1 MiB
 * @param chunks ascending
 */
public record ImageMap(
    int formatVersion, long virtualSizeBytes, int chunkBytes, List<Integer> chunks) {

  public ImageMap {
    chunks = List.copyOf(chunks);
  }
}
