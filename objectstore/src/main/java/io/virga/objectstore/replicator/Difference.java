package io.virga.objectstore.replicator;

import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What two replicas must tell each other so that both have the same rows.
 *
 * @param missing what the own one has not, or only older
 * @param surplus what the other one has not, or only older
 */
record Difference(List<Entry> missing, List<Entry> surplus) {

  /** Between rows of the same range of keys. */
  static Difference of(List<Entry> own, List<Entry> others) {
    Map<Object, Entry> byIdentity = new LinkedHashMap<>();
    own.forEach(row -> byIdentity.put(identity(row), row));
    List<Entry> missing = new ArrayList<>();
    List<Entry> surplus = new ArrayList<>();
    for (Entry other : others) {
      Entry here = byIdentity.remove(identity(other));
      if (here == null) {
        missing.add(other);
      } else {
        if (adds(here, other)) {
          missing.add(other);
        }
        if (adds(other, here)) {
          surplus.add(here);
        }
      }
    }
    surplus.addAll(byIdentity.values());
    return new Difference(missing, surplus);
  }

  private static Object identity(Entry row) {
    return switch (row) {
      case Entry.PutObject(ObjectRow object) -> object.path();
      case Entry.PutListing listing -> listing.path();
      case Entry.PutContainer(ContainerRow container) -> container.path();
      case Entry.PutAccount(ContainerRow account) -> account.path();
      case Entry.PutAccountEntry(ContainerRow container) -> container.path();
      default -> throw new IllegalArgumentException(row + " is no row");
    };
  }

  /** Whether a row has the bytes that another of the same write should have. */
  private static boolean isGood(ObjectRow row, ObjectRow there) {
    return !row.isLost() && !there.isNewerThan(row);
  }

  /** Whether a row says what another does not know. */
  private static boolean adds(Entry known, Entry told) {
    return switch (told) {
      case Entry.PutObject(ObjectRow row) ->
          known instanceof Entry.PutObject(ObjectRow there)
              && (row.isNewerThan(there) || (isGood(row, there) && there.isLost()));
      case Entry.PutListing(var path, ListingRow row) ->
          known instanceof Entry.PutListing there && row.isNewerThan(there.row());
      case Entry.PutContainer(ContainerRow row) ->
          known instanceof Entry.PutContainer(ContainerRow there)
              && !there.mergeState(row).equals(there);
      case Entry.PutAccount(ContainerRow row) ->
          known instanceof Entry.PutAccount(ContainerRow there)
              && !there.mergeState(row).equals(there);
      case Entry.PutAccountEntry(ContainerRow row) ->
          known instanceof Entry.PutAccountEntry(ContainerRow there)
              && !there.merge(row).equals(there);
      default -> throw new IllegalArgumentException(told + " is no row");
    };
  }
}
