package io.virga.objectstore.index;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes on top of an index, seen by its own reads but by nobody else's until written. Applying is
 * deterministic, so that a replay comes to the same. Used by one thread.
 */
public final class IndexBatch implements IndexView {

  private record ListingKey(long containerId, String name) {}

  private final IndexView base;
  private final LiveBytes liveBytes;
  private final Map<String, Optional<ContainerRow>> accounts = new HashMap<>();
  private final Map<ContainerPath, Optional<ContainerRow>> containers = new HashMap<>();
  private final Map<ObjectPath, Optional<ObjectRow>> objects = new HashMap<>();
  private final Map<ListingKey, Optional<ListingRow>> listings = new HashMap<>();
  private final Map<String, Optional<Garbage>> garbage = new HashMap<>();
  private final Map<Long, Long> liveDeltas = new HashMap<>();
  private long lastTimestampMicros;

  public IndexBatch(IndexView base, LiveBytes liveBytes, long lastTimestampMicros) {
    this.base = base;
    this.liveBytes = liveBytes;
    this.lastTimestampMicros = lastTimestampMicros;
  }

  @Override
  public Optional<ContainerRow> account(String account) {
    Optional<ContainerRow> changed = accounts.get(account);
    return changed != null ? changed : base.account(account);
  }

  @Override
  public Optional<ContainerRow> container(ContainerPath path) {
    Optional<ContainerRow> changed = containers.get(path);
    return changed != null ? changed : base.container(path);
  }

  @Override
  public Optional<ObjectRow> object(ObjectPath path) {
    Optional<ObjectRow> changed = objects.get(path);
    return changed != null ? changed : base.object(path);
  }

  @Override
  public Optional<ListingRow> listing(long containerId, String name) {
    Optional<ListingRow> changed = listings.get(new ListingKey(containerId, name));
    return changed != null ? changed : base.listing(containerId, name);
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
      case Entry.DeleteListing(ObjectPath path, Timestamp at) -> deleteListing(path, at);
      case Entry.PutContainer put -> putContainer(put);
      case Entry.DeleteContainer(ContainerPath path, Timestamp at) -> deleteContainer(path, at);
      case Entry.PutAccount(String account, Timestamp at, Map<String, String> metadata) ->
          putAccount(account, at, metadata);
      case Entry.DeleteAccount(String account, Timestamp at) -> {
        saw(at);
        accounts.put(account, Optional.empty());
      }
      case Entry.MoveObject(ObjectRow row) -> moveObject(row);
      case Entry.PutGarbage(String id, ContainerPath container, String prefix) ->
          garbage.put(id, Optional.of(new Garbage(id, container, prefix)));
      case Entry.DeleteGarbage(String id) -> garbage.put(id, Optional.empty());
      case Entry.PurgeObject(ObjectPath path, Timestamp at) -> purgeObject(path, at);
    }
  }

  private void putObject(ObjectRow row) {
    saw(row.metadataTimestamp());
    Optional<ObjectRow> old = object(row.path());
    if (old.isPresent() && isNewer(old.get(), row)) {
      return;
    }
    old.ifPresent(this::release);
    claim(row);
    objects.put(row.path(), Optional.of(row));
  }

  private static boolean isNewer(ObjectRow old, ObjectRow row) {
    return old.timestamp().isAfter(row.timestamp())
        || (old.timestamp().equals(row.timestamp())
            && old.metadataTimestamp().isAfter(row.metadataTimestamp()));
  }

  private void moveObject(ObjectRow row) {
    Optional<ObjectRow> old = object(row.path());
    if (old.isPresent() && !old.get().deleted() && old.get().timestamp().equals(row.timestamp())) {
      release(old.get());
      claim(row);
      objects.put(row.path(), Optional.of(old.get().withContent(row.content())));
    }
  }

  private void purgeObject(ObjectPath path, Timestamp at) {
    Optional<ObjectRow> old = object(path);
    if (old.isPresent() && old.get().deleted() && old.get().timestamp().equals(at)) {
      objects.put(path, Optional.empty());
    }
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
    Optional<ContainerRow> container = container(path.containerPath());
    if (container.isEmpty()) {
      return;
    }
    ListingKey key = new ListingKey(container.get().id(), path.object());
    Optional<ListingRow> old = listing(key.containerId(), key.name());
    if (old.isPresent() && old.get().timestamp().isAfter(row.timestamp())) {
      return;
    }
    listings.put(key, Optional.of(row));
    long moreBytes = row.countedBytes() - old.map(ListingRow::countedBytes).orElse(0L);
    count(path.containerPath(), container.get(), old.isPresent() ? 0 : 1, moreBytes);
  }

  private void deleteListing(ObjectPath path, Timestamp at) {
    saw(at);
    Optional<ContainerRow> container = container(path.containerPath());
    if (container.isEmpty()) {
      return;
    }
    ListingKey key = new ListingKey(container.get().id(), path.object());
    Optional<ListingRow> old = listing(key.containerId(), key.name());
    if (old.isEmpty() || old.get().timestamp().isAfter(at)) {
      return;
    }
    listings.put(key, Optional.empty());
    count(path.containerPath(), container.get(), -1, -old.get().countedBytes());
  }

  private void count(ContainerPath path, ContainerRow row, long moreObjects, long moreBytes) {
    containers.put(path, Optional.of(row.plus(0, moreObjects, moreBytes)));
    account(path.account())
        .ifPresent(
            account ->
                accounts.put(path.account(), Optional.of(account.plus(0, moreObjects, moreBytes))));
  }

  private void putContainer(Entry.PutContainer put) {
    saw(put.timestamp());
    Optional<ContainerRow> old = container(put.path());
    if (old.isPresent()) {
      containers.put(
          put.path(), Optional.of(old.get().withMetadata(put.timestamp(), put.metadata())));
      return;
    }
    containers.put(
        put.path(), Optional.of(ContainerRow.empty(put.id(), put.timestamp(), put.metadata())));
    ContainerRow account =
        account(put.path().account())
            .orElseGet(() -> ContainerRow.empty(0, put.timestamp(), Map.of()));
    accounts.put(put.path().account(), Optional.of(account.plus(1, 0, 0)));
  }

  private void deleteContainer(ContainerPath path, Timestamp at) {
    saw(at);
    Optional<ContainerRow> old = container(path);
    if (old.isEmpty() || old.get().objects() != 0) {
      return;
    }
    containers.put(path, Optional.empty());
    account(path.account())
        .ifPresent(row -> accounts.put(path.account(), Optional.of(row.plus(-1, 0, 0))));
  }

  private void putAccount(String account, Timestamp at, Map<String, String> metadata) {
    saw(at);
    ContainerRow row =
        account(account)
            .map(old -> old.withMetadata(at, metadata))
            .orElseGet(() -> ContainerRow.empty(0, at, metadata));
    accounts.put(account, Optional.of(row));
  }

  private void saw(Timestamp timestamp) {
    lastTimestampMicros = Math.max(lastTimestampMicros, timestamp.micros());
  }

  /** Adds the changes; called once, when they have become durable in the journal. */
  void addTo(WriteBatch batch, Index index) throws RocksDBException {
    for (Map.Entry<ObjectPath, Optional<ObjectRow>> object : objects.entrySet()) {
      put(batch, index.objectKey(object.getKey()), object.getValue().map(ObjectRow::encode));
    }
    for (Map.Entry<ListingKey, Optional<ListingRow>> listing : listings.entrySet()) {
      byte[] key = IndexKeys.listing(listing.getKey().containerId(), listing.getKey().name());
      put(batch, key, listing.getValue().map(ListingRow::encode));
    }
    for (Map.Entry<ContainerPath, Optional<ContainerRow>> container : containers.entrySet()) {
      byte[] key = IndexKeys.container(container.getKey());
      put(batch, key, container.getValue().map(ContainerRow::encode));
    }
    for (Map.Entry<String, Optional<ContainerRow>> account : accounts.entrySet()) {
      byte[] key = IndexKeys.account(account.getKey());
      put(batch, key, account.getValue().map(ContainerRow::encode));
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
