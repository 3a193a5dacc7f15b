package io.virga.objectstore.audit;

import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.cluster.Topology;
import io.virga.objectstore.index.RowPages;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Forgets what was deleted long ago: marks of objects, listings, containers and accounts' entries,
 * of partitions of which the device has everything. No replica that was away for less than the
 * reclaim age can bring back what it missed the deletion of. Blocks; used by one thread.
 *
 * <p>Objects → Listings → Containers → Entries, a page a step. A container goes after all that it
 * listed.
 */
final class Purger {

  private static final int PAGE = 1000;
  private static final byte[] BEGINNING = new byte[0];

  private enum Stage {
    OBJECTS,
    LISTINGS,
    CONTAINERS,
    ENTRIES
  }

  private final LocalReplica own;
  private final Topology topology;
  private final RowPages pages;
  private Stage stage = Stage.OBJECTS;
  private byte[] cursor = BEGINNING;

  Purger(LocalReplica own, Topology topology) {
    this.own = own;
    this.topology = topology;
    this.pages = own.device().index().pages();
  }

  /**
   * What a step did.
   *
   * @param purged how many rows were forgotten
   * @param last whether it was the last of a pass
   */
  record Step(long purged, boolean last) {}

  /**
   * Goes on with a page.
   *
   * @param reclaim marks that are older go
   */
  Step step(Timestamp reclaim) {
    List<Entry> purges = new ArrayList<>();
    Optional<byte[]> next =
        switch (stage) {
          case OBJECTS -> objects(reclaim, purges);
          case LISTINGS -> listings(reclaim, purges);
          case CONTAINERS -> containers(reclaim, purges);
          case ENTRIES -> entries(reclaim, purges);
        };
    if (!purges.isEmpty()) {
      own.write(Write.of(purges), Runnable::run).join();
    }
    boolean last = next.isEmpty() && stage == Stage.ENTRIES;
    cursor = next.orElse(BEGINNING);
    if (next.isEmpty()) {
      stage = last ? Stage.OBJECTS : Stage.values()[stage.ordinal() + 1];
    }
    return new Step(purges.size(), last);
  }

  private Optional<byte[]> objects(Timestamp reclaim, List<Entry> purges) {
    RowPages.Page<ObjectRow> page = pages.objects(cursor, PAGE);
    for (ObjectRow row : page.rows()) {
      if (row.deleted()
          && reclaim.isAfter(row.timestamp())
          && hasAll(topology.object(row.policy(), row.path()))) {
        purges.add(new Entry.PurgeObject(row.policy(), row.path(), row.timestamp()));
      }
    }
    return page.next();
  }

  private Optional<byte[]> listings(Timestamp reclaim, List<Entry> purges) {
    RowPages.Page<RowPages.Listed> page = pages.listings(cursor, PAGE);
    for (RowPages.Listed listed : page.rows()) {
      if (listed.row().deleted()
          && reclaim.isAfter(listed.row().timestamp())
          && hasAll(topology.container(listed.path().containerPath()))) {
        purges.add(new Entry.PurgeListing(listed.path(), listed.row().timestamp()));
      }
    }
    return page.next();
  }

  private Optional<byte[]> containers(Timestamp reclaim, List<Entry> purges) {
    RowPages.Page<ContainerRow> page = pages.containers(cursor, PAGE);
    for (ContainerRow row : page.rows()) {
      if (isGone(row, reclaim)
          && hasAll(topology.container(row.path()))
          && !pages.hasListings(row.path())) {
        purges.add(new Entry.PurgeContainer(row.path(), row.lastChange()));
      }
    }
    return page.next();
  }

  private Optional<byte[]> entries(Timestamp reclaim, List<Entry> purges) {
    RowPages.Page<ContainerRow> page = pages.entries(cursor, PAGE);
    for (ContainerRow row : page.rows()) {
      if (isGone(row, reclaim) && hasAll(topology.account(row.path().account()))) {
        purges.add(new Entry.PurgeAccountEntry(row.path(), row.lastChange()));
      }
    }
    return page.next();
  }

  private static boolean isGone(ContainerRow row, Timestamp reclaim) {
    return !row.isLive() && reclaim.isAfter(row.lastChange());
  }

  private boolean hasAll(Slots slots) {
    return slots.isSingle() || own.device().index().isComplete(slots.partition());
  }
}
