package io.virga.objectstore.replicator;

/**
 * What a pass of the replicator came to.
 *
 * @param partitions that this device has, or has rows of
 * @param differing comparisons with another replica that were not the same
 * @param fetched objects whose bytes came here
 * @param sent objects whose bytes went elsewhere
 * @param failed comparisons that could not be made or finished
 * @param incomplete partitions of this device that may lack something
 */
public record PassReport(
    long partitions, long differing, long fetched, long sent, long failed, long incomplete) {

  /** Nothing differed, failed or is missing. */
  public boolean isAllTheSame() {
    return differing == 0 && failed == 0 && incomplete == 0;
  }
}
