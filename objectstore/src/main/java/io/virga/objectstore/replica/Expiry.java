package io.virga.objectstore.replica;

import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * When marks of what was deleted may be forgotten. The moment goes on by the hour, so that all
 * replicas forget the same at about the same time; for the first ten minutes one that has forgotten
 * a mark does not take it back from another that has not yet. Whoever still has it later lacks
 * something else, and becomes the same as the others only if they take it: till the next hour.
 *
 * @param reclaimAge marks are kept at least so long
 */
public record Expiry(Duration reclaimAge, InstantSource clock) {

  private static final Duration FORGETTING = Duration.ofMinutes(10);

  /** Marks that are older are forgotten. */
  public Timestamp cutoff() {
    return Timestamp.of(clock.instant().minus(reclaimAge).truncatedTo(ChronoUnit.HOURS));
  }

  /** Whether an entry is a mark that is too old, of something that is not known here. */
  boolean isForgotten(Entry entry, IndexView view) {
    return isOldMark(entry, view) && isForgetting();
  }

  private boolean isOldMark(Entry entry, IndexView view) {
    return switch (entry) {
      case Entry.PutObject(ObjectRow row) ->
          row.deleted()
              && cutoff().isAfter(row.timestamp())
              && view.object(row.policy(), row.path()).isEmpty();
      case Entry.PutListing(ObjectPath path, ListingRow row) ->
          row.deleted() && cutoff().isAfter(row.timestamp()) && view.listing(path).isEmpty();
      case Entry.PutContainer(ContainerRow row) ->
          isGone(row) && view.container(row.path()).isEmpty();
      case Entry.PutAccountEntry(ContainerRow row) ->
          isGone(row) && view.accountEntry(row.path()).isEmpty();
      default -> false;
    };
  }

  private boolean isForgetting() {
    Instant oldest = clock.instant().minus(reclaimAge);
    return Duration.between(oldest.truncatedTo(ChronoUnit.HOURS), oldest).compareTo(FORGETTING) < 0;
  }

  private boolean isGone(ContainerRow row) {
    return !row.isLive() && cutoff().isAfter(row.lastChange());
  }
}
