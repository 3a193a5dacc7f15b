package io.virga.blockstore.engine;

/**
 * What reading everything again has shown since the pool was opened.
 *
 * @param passes how often all of it has been read
 * @param slotsRead MiB of volumes that have been read
 * @param unreadable slots, rows and journals that could not be read, of the last whole pass and the
 *     one that goes on
 * @param inconsistent slots that more blocks refer to than are counted, and rows that make no sense
 * @param lastFinding what was found last, empty for nothing
 */
public record ScrubReport(
    long passes, long slotsRead, int unreadable, int inconsistent, String lastFinding) {

  /** Whether something is wrong. */
  public boolean hasFindings() {
    return unreadable > 0 || inconsistent > 0;
  }
}
