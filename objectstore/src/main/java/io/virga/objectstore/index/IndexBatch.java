package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes on top of an index, seen by its own reads but by nobody else's until written. Applying is
 * deterministic, so that a replay comes to the same. Used by one thread, the only one that writes
 * to the index: a write looks its object up several times, and has it read once.
 */
public final class IndexBatch implements IndexView {

  private record ObjectKey(int policy, ObjectPath path) {}

  private final IndexView base;
  private final LiveBytes liveBytes;
  private final Map<String, ContainerRow> accounts = new HashMap<>();
  private final Map<ContainerPath, Optional<ContainerRow>> entries = new HashMap<>();
  private final Map<ContainerPath, Optional<ContainerRow>> containers = new HashMap<>();
  private final Map<ObjectKey, Optional<ObjectRow>> objects = new HashMap<>();
  private final Map<ObjectKey, Optional<ObjectRow>> unchanged = new HashMap<>();
  private final Map<ObjectPath, Optional<ListingRow>> listings = new HashMap<>();
  private final Map<ObjectKey, Optional<Timestamp>> pending = new HashMap<>();
  private final Map<ObjectKey, Optional<Quarantined>> quarantined = new HashMap<>();
  private final Map<PartitionId, Optional<Long>> complete = new HashMap<>();
  private final Map<String, Optional<Garbage>> garbage = new HashMap<>();
  private final List<Entry.DropPartition> drops = new ArrayList<>();
  private final Map<Long, Long> liveDeltas = new HashMap<>();
  private long lastTimestampMicros;

  public IndexBatch(IndexView base, LiveBytes liveBytes, long lastTimestampMicros) {
    this.base = base;
    this.liveBytes = liveBytes;
    this.lastTimestampMicros = lastTimestampMicros;
  }

  @Override
  public Optional<ContainerRow> account(String account) {
    ContainerRow changed = accounts.get(account);
    return changed != null ? Optional.of(changed) : base.account(account);
  }

  @Override
  public Optional<ContainerRow> accountEntry(ContainerPath path) {
    Optional<ContainerRow> changed = entries.get(path);
    return changed != null ? changed : base.accountEntry(path);
  }

  @Override
  public Optional<ContainerRow> container(ContainerPath path) {
    Optional<ContainerRow> changed = containers.get(path);
    return changed != null ? changed : base.container(path);
  }

  @Override
  public Optional<ObjectRow> object(int policy, ObjectPath path) {
    ObjectKey key = new ObjectKey(policy, path);
    Optional<ObjectRow> changed = objects.get(key);
    return changed != null
        ? changed
        : unchanged.computeIfAbsent(key, unread -> base.object(policy, path));
  }

  @Override
  public Optional<ListingRow> listing(ObjectPath path) {
    Optional<ListingRow> changed = listings.get(path);
    return changed != null ? changed : base.listing(path);
  }

  @Override
  public Optional<Timestamp> pending(int policy, ObjectPath path) {
    Optional<Timestamp> changed = pending.get(new ObjectKey(policy, path));
    return changed != null ? changed : base.pending(policy, path);
  }

  @Override
  public Optional<Quarantined> quarantined(int policy, ObjectPath path) {
    Optional<Quarantined> changed = quarantined.get(new ObjectKey(policy, path));
    return changed != null ? changed : base.quarantined(policy, path);
  }

  @Override
  public boolean isComplete(PartitionId partition) {
    Optional<Long> changed = complete.get(partition);
    return changed != null ? changed.isPresent() : base.isComplete(partition);
  }

  /** The partitions whose completeness changes. */
  Map<PartitionId, Optional<Long>> complete() {
    return complete;
  }

  /** The greatest timestamp that has been applied. */
  public long lastTimestampMicros() {
    return lastTimestampMicros;
  }

  /** Applies a change. */
  public void apply(Entry entry) {
    switch (entry) {
      case Entry.PutObject(ObjectRow row) -> putObject(row);
      case Entry.PutListing(ObjectPath path, ListingRow row) -> putListing(path, row);
      case Entry.PurgeListing(ObjectPath path, Timestamp at) -> purgeListing(path, at);
      case Entry.PutContainer(ContainerRow row) -> putContainer(row);
      case Entry.PutAccount(ContainerRow row) -> putAccount(row);
      case Entry.PutAccountEntry(ContainerRow row) -> putAccountEntry(row);
      case Entry.MoveObject(ObjectRow row) -> moveObject(row);
      case Entry.PutGarbage(String id, ContainerPath container, String prefix) ->
          garbage.put(id, Optional.of(new Garbage(id, container, prefix)));
      case Entry.DeleteGarbage(String id) -> garbage.put(id, Optional.empty());
      case Entry.PurgeObject(int policy, ObjectPath path, Timestamp at) ->
          purgeObject(new ObjectKey(policy, path), at);
      case Entry.PutPending(int policy, ObjectPath path, Timestamp at) -> {
        if (object(policy, path).isPresent()) {
          Timestamp before = pending(policy, path).orElse(Timestamp.ZERO);
          pending.put(new ObjectKey(policy, path), Optional.of(at.max(before)));
        }
      }
      case Entry.DeletePending(int policy, ObjectPath path, Timestamp at) -> {
        if (pending(policy, path).filter(p -> !p.isAfter(at)).isPresent()) {
          pending.put(new ObjectKey(policy, path), Optional.empty());
        }
      }
      case Entry.PutComplete(PartitionId partition, long version) ->
          complete.put(partition, Optional.of(version));
      case Entry.DeleteComplete(PartitionId partition) -> complete.put(partition, Optional.empty());
      case Entry.DropPartition drop -> drops.add(drop);
      case Entry.Quarantine quarantine -> quarantine(quarantine);
      case Entry.PurgeQuarantine(int policy, ObjectPath path) ->
          keepApart(new ObjectKey(policy, path), Optional.empty());
      case Entry.PurgeContainer(ContainerPath path, Timestamp at) -> {
        if (container(path).filter(row -> isGone(row, at)).isPresent()) {
          containers.put(path, Optional.empty());
        }
      }
      case Entry.PurgeAccountEntry(ContainerPath path, Timestamp at) -> {
        if (accountEntry(path).filter(row -> isGone(row, at)).isPresent()) {
          entries.put(path, Optional.empty());
        }
      }
    }
  }

  private void putObject(ObjectRow row) {
    saw(row.metadataTimestamp());
    Optional<ObjectRow> old = object(row.policy(), row.path());
    if (old.isPresent() && old.get().isNewerThan(row)) {
      return;
    }
    old.ifPresent(this::release);
    claim(row);
    objects.put(new ObjectKey(row.policy(), row.path()), Optional.of(row));
  }

  private void moveObject(ObjectRow row) {
    Optional<ObjectRow> old = object(row.policy(), row.path());
    if (old.isPresent()
        && !old.get().deleted()
        && old.get().timestamp().equals(row.timestamp())
        && old.get().etag().equals(row.etag())) {
      release(old.get());
      claim(row);
      objects.put(
          new ObjectKey(row.policy(), row.path()),
          Optional.of(old.get().withContent(row.content())));
    }
  }

  private void purgeObject(ObjectKey key, Timestamp at) {
    Optional<ObjectRow> old = object(key.policy(), key.path());
    if (old.isPresent() && old.get().timestamp().equals(at)) {
      release(old.get());
      objects.put(key, Optional.empty());
      if (pending(key.policy(), key.path()).isPresent()) {
        pending.put(key, Optional.empty());
      }
    }
  }

  /** The bytes stay live until they are purged. */
  private void quarantine(Entry.Quarantine found) {
    ObjectKey key = new ObjectKey(found.policy(), found.path());
    Optional<ObjectRow> old = object(found.policy(), found.path());
    if (old.isPresent()
        && !old.get().deleted()
        && !old.get().isLost()
        && old.get().timestamp().equals(found.timestamp())) {
      keepApart(key, Optional.of(new Quarantined(old.get(), found.reason(), found.at())));
      objects.put(key, Optional.of(old.get().withContent(new Content.Lost())));
    }
  }

  private void keepApart(ObjectKey key, Optional<Quarantined> next) {
    quarantined(key.policy(), key.path()).ifPresent(before -> release(before.row()));
    quarantined.put(key, next);
  }

  private static boolean isGone(ContainerRow row, Timestamp at) {
    return !row.isLive() && !row.lastChange().isAfter(at);
  }

  private void claim(ObjectRow row) {
    for (Extent extent : row.extents()) {
      liveDeltas.merge(extent.segment(), extent.storedBytes(), Long::sum);
    }
  }

  private void release(ObjectRow row) {
    for (Extent extent : row.extents()) {
      liveDeltas.merge(extent.segment(), -extent.storedBytes(), Long::sum);
    }
  }

  private void putListing(ObjectPath path, ListingRow row) {
    saw(row.timestamp());
    Optional<ListingRow> old = listing(path);
    if (old.isPresent() && !row.isNewerThan(old.get())) {
      return;
    }
    listings.put(path, Optional.of(row));
    long before = old.filter(o -> !o.deleted()).isPresent() ? 1 : 0;
    long moreBytes = row.countedBytes() - old.map(ListingRow::countedBytes).orElse(0L);
    count(path.containerPath(), (row.deleted() ? 0 : 1) - before, moreBytes, row.timestamp());
  }

  private void purgeListing(ObjectPath path, Timestamp at) {
    Optional<ListingRow> old = listing(path);
    if (old.isPresent() && old.get().deleted() && !old.get().timestamp().isAfter(at)) {
      listings.put(path, Optional.empty());
    }
  }

  private void count(ContainerPath path, long moreObjects, long moreBytes, Timestamp at) {
    ContainerRow row = container(path).orElseGet(() -> ContainerRow.unknown(path));
    ContainerRow.Counts counts = row.counts().plus(0, moreObjects, moreBytes);
    containers.put(path, Optional.of(row.withCounts(counts, at)));
  }

  private void putContainer(ContainerRow row) {
    saw(row.metadataAt());
    saw(row.deletedAt());
    ContainerRow merged =
        container(row.path()).orElseGet(() -> ContainerRow.unknown(row.path())).mergeState(row);
    containers.put(row.path(), Optional.of(merged));
  }

  private void putAccount(ContainerRow row) {
    saw(row.metadataAt());
    saw(row.deletedAt());
    String account = row.path().account();
    ContainerRow old = account(account).orElseGet(() -> ContainerRow.unknown(row.path()));
    accounts.put(account, old.mergeState(row));
  }

  private void putAccountEntry(ContainerRow row) {
    saw(row.createdAt());
    saw(row.deletedAt());
    Optional<ContainerRow> old = accountEntry(row.path());
    ContainerRow merged = old.map(o -> o.merge(row)).orElse(row);
    entries.put(row.path(), Optional.of(merged));
    ContainerPath path = new ContainerPath(row.path().account(), "");
    ContainerRow account =
        account(path.account())
            .orElseGet(() -> ContainerRow.created(path, row.createdAt(), 0, StampedMetadata.NONE));
    Optional<ContainerRow> counted = old.filter(ContainerRow::isLive);
    ContainerRow.Counts counts = account.counts();
    if (counted.isPresent()) {
      ContainerRow before = counted.get();
      counts = counts.plus(before.policy(), -1, -before.objects(), -before.bytesUsed());
    }
    if (merged.isLive()) {
      counts = counts.plus(merged.policy(), 1, merged.objects(), merged.bytesUsed());
    }
    Timestamp at = merged.countedAt().max(merged.createdAt()).max(merged.deletedAt());
    accounts.put(path.account(), account.withCounts(counts, at));
  }

  private void saw(Timestamp timestamp) {
    lastTimestampMicros = Math.max(lastTimestampMicros, timestamp.micros());
  }

  /** Tells what the rows are that everybody asks for; called once, when they have been written. */
  void tell(RecentRows<String> accountRows, RecentRows<ContainerPath> containerRows) {
    if (!drops.isEmpty()) {
      accountRows.clear();
      containerRows.clear();
    }
    accounts.forEach((account, row) -> accountRows.put(account, Optional.of(row)));
    containers.forEach(containerRows::put);
  }

  /** Adds the changes; called once, when they have become durable in the journal. */
  void addTo(WriteBatch batch, Index index) throws RocksDBException {
    for (Entry.DropPartition drop : drops) {
      for (Space space : Space.of(drop.partition().kind())) {
        batch.deleteRange(
            IndexKeys.partitionStart(space, drop.partition(), drop.partPower()),
            IndexKeys.partitionEnd(space, drop.partition(), drop.partPower()));
      }
    }
    for (Map.Entry<ObjectKey, Optional<ObjectRow>> object : objects.entrySet()) {
      byte[] key = index.objectKey(object.getKey().policy(), object.getKey().path());
      put(batch, key, object.getValue().map(ObjectRow::encode));
    }
    for (Map.Entry<ObjectPath, Optional<ListingRow>> listing : listings.entrySet()) {
      byte[] key = index.listingKey(listing.getKey());
      put(batch, key, listing.getValue().map(ListingRow::encode));
    }
    for (Map.Entry<ContainerPath, Optional<ContainerRow>> item : containers.entrySet()) {
      put(batch, index.containerKey(item.getKey()), item.getValue().map(ContainerRow::encode));
    }
    for (Map.Entry<ContainerPath, Optional<ContainerRow>> item : entries.entrySet()) {
      put(batch, index.entryKey(item.getKey()), item.getValue().map(ContainerRow::encode));
    }
    for (ContainerRow account : accounts.values()) {
      batch.put(index.accountKey(account.path().account()), account.encode());
    }
    addUpkeepTo(batch, index);
  }

  private void addUpkeepTo(WriteBatch batch, Index index) throws RocksDBException {
    for (Map.Entry<ObjectKey, Optional<Timestamp>> item : pending.entrySet()) {
      byte[] key = index.pendingKey(item.getKey().policy(), item.getKey().path());
      put(batch, key, item.getValue().map(at -> IndexKeys.toBytes(at.micros())));
    }
    for (Map.Entry<ObjectKey, Optional<Quarantined>> item : quarantined.entrySet()) {
      byte[] key = index.quarantineKey(item.getKey().policy(), item.getKey().path());
      put(batch, key, item.getValue().map(Quarantined::encode));
    }
    for (Map.Entry<PartitionId, Optional<Long>> item : complete.entrySet()) {
      put(batch, IndexKeys.complete(item.getKey()), item.getValue().map(IndexKeys::toBytes));
    }
    for (Map.Entry<String, Optional<Garbage>> item : garbage.entrySet()) {
      put(batch, IndexKeys.garbage(item.getKey()), item.getValue().map(Garbage::encode));
    }
    for (Map.Entry<Long, Long> delta : liveDeltas.entrySet()) {
      long live = liveBytes.add(delta.getKey(), delta.getValue());
      byte[] key = IndexKeys.segment(delta.getKey());
      put(batch, key, live == 0 ? Optional.empty() : Optional.of(IndexKeys.toBytes(live)));
    }
  }

  private static void put(WriteBatch batch, byte[] key, Optional<byte[]> value)
      throws RocksDBException {
    if (value.isPresent()) {
      batch.put(key, value.get());
    } else {
      batch.delete(key);
    }
  }
}
