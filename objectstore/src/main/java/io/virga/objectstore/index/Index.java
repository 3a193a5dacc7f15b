package io.virga.objectstore.index;

import io.virga.dataplane.ring.PathHash;
import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.rocksdb.FlushOptions;
import org.rocksdb.Holder;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The index of one device. Reads may come from any thread, writes ({@link #write}) from one. After
 * {@link #flush} everything written before it survives a crash; without it a crash leaves the state
 * after some earlier write, whole, and {@link #position} says which.
 */
public final class Index implements IndexView, AutoCloseable {

  private static final byte[] POSITION = IndexKeys.state("position");
  private static final byte[] LAST_TIMESTAMP = IndexKeys.state("last-timestamp");

  private final IndexOptions options;
  private final RocksDB db;
  private final PathHasher hasher;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final ReadOptions cachedOnly = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);

  private final Set<PartitionId> complete = ConcurrentHashMap.newKeySet();
  private final RecentRows<String> accounts = new RecentRows<>();
  private final RecentRows<ContainerPath> containers = new RecentRows<>();

  private Index(IndexOptions options, RocksDB db, PathHasher hasher) {
    this.options = options;
    this.db = db;
    this.hasher = hasher;
    forEach(
        IndexKeys.kind(IndexKeys.COMPLETE),
        IndexKeys.kind(IndexKeys.COMPLETE + 1),
        (key, value) -> complete.add(IndexKeys.partition(key)));
  }

  /**
   * Opens the index, making an empty one if there is none.
   *
   * @param cacheBytes how much memory its cache takes
   */
  public static Index open(Path directory, PathHasher hasher, long cacheBytes) {
    NativeLibrary.load(directory);
    IndexOptions options = new IndexOptions(cacheBytes);
    try {
      return new Index(options, options.open(directory), hasher);
    } catch (RocksDBException e) {
      options.close();
      throw new IndexException("cannot open the index in " + directory, e);
    }
  }

  @Override
  public Optional<ContainerRow> account(String account) {
    return switch (accounts.get(account)) {
      case Known<ContainerRow>(Optional<ContainerRow> row) -> row;
      case NotCached<ContainerRow>() -> get(accountKey(account)).map(Index::containerRow);
    };
  }

  @Override
  public Optional<ContainerRow> accountEntry(ContainerPath path) {
    return get(entryKey(path)).map(Index::containerRow);
  }

  @Override
  public Optional<ContainerRow> container(ContainerPath path) {
    return switch (containers.get(path)) {
      case Known<ContainerRow>(Optional<ContainerRow> row) -> row;
      case NotCached<ContainerRow>() -> get(containerKey(path)).map(Index::containerRow);
    };
  }

  @Override
  public Optional<ObjectRow> object(int policy, ObjectPath path) {
    return get(objectKey(policy, path))
        .map(Index::objectRow)
        .filter(row -> row.path().equals(path));
  }

  @Override
  public Optional<ListingRow> listing(ObjectPath path) {
    return get(listingKey(path)).map(Index::listingRow);
  }

  @Override
  public Optional<Timestamp> pending(int policy, ObjectPath path) {
    return get(pendingKey(policy, path)).map(bytes -> new Timestamp(IndexKeys.toLong(bytes, 0)));
  }

  @Override
  public Optional<Quarantined> quarantined(int policy, ObjectPath path) {
    return get(quarantineKey(policy, path)).map(Index::quarantined);
  }

  /** All bytes that were found damaged and are kept; there are few. */
  public List<Quarantined> quarantined() {
    List<Quarantined> all = new ArrayList<>();
    forEach(
        IndexKeys.kind(IndexKeys.QUARANTINE),
        IndexKeys.kind(IndexKeys.QUARANTINE + 1),
        (key, value) -> all.add(quarantined(value)));
    return all;
  }

  /** All rows, a page at a time. */
  public RowPages pages() {
    return new RowPages(this);
  }

  @Override
  public boolean isComplete(PartitionId partition) {
    return complete.contains(partition);
  }

  /** What a look-up that must not block found out. */
  public sealed interface Cached<T> {}

  /** The answer is known. */
  public record Known<T>(Optional<T> row) implements Cached<T> {}

  /** The answer is on the device: ask again from a thread that may block. */
  public record NotCached<T>() implements Cached<T> {}

  /** Looks an object up without reading from the device. */
  public Cached<ObjectRow> cachedObject(int policy, ObjectPath path) {
    return switch (getCached(objectKey(policy, path))) {
      case Known<byte[]>(Optional<byte[]> bytes) ->
          new Known<>(bytes.map(Index::objectRow).filter(row -> row.path().equals(path)));
      case NotCached<byte[]>() -> new NotCached<>();
    };
  }

  /** Looks a container up without reading from the device. */
  public Cached<ContainerRow> cachedContainer(ContainerPath path) {
    Cached<ContainerRow> recent = containers.get(path);
    return recent instanceof Known<ContainerRow> ? recent : cachedRow(containerKey(path));
  }

  /** Looks an account up without reading from the device. */
  public Cached<ContainerRow> cachedAccount(String account) {
    Cached<ContainerRow> recent = accounts.get(account);
    return recent instanceof Known<ContainerRow> ? recent : cachedRow(accountKey(account));
  }

  private Cached<ContainerRow> cachedRow(byte[] key) {
    return switch (getCached(key)) {
      case Known<byte[]>(Optional<byte[]> bytes) -> new Known<>(bytes.map(Index::containerRow));
      case NotCached<byte[]>() -> new NotCached<>();
    };
  }

  /** The objects that a container lists. */
  public ListingPage<ListingRow> listObjects(ContainerPath container, ListingQuery query) {
    byte[] space = IndexKeys.listings(hasher.hash(container.account(), container.container()));
    return walk(space, query, ListingRow::isLive).map(Index::listingRow);
  }

  /** The containers of an account. */
  public ListingPage<ContainerRow> listContainers(String account, ListingQuery query) {
    byte[] space = IndexKeys.containers(hasher.hash(account));
    return walk(space, query, bytes -> containerRow(bytes).isLive()).map(Index::containerRow);
  }

  /** Live bytes by data segment. */
  public Map<Long, Long> liveBytes() {
    Map<Long, Long> live = new HashMap<>();
    forEach(
        IndexKeys.kind(IndexKeys.SEGMENT),
        IndexKeys.kind(IndexKeys.SEGMENT + 1),
        (key, value) -> live.put(IndexKeys.toLong(key, 1), IndexKeys.toLong(value, 0)));
    return live;
  }

  /** What waits to be deleted. */
  public List<Garbage> garbage() {
    List<Garbage> garbage = new ArrayList<>();
    forEach(
        IndexKeys.kind(IndexKeys.GARBAGE),
        IndexKeys.kind(IndexKeys.GARBAGE + 1),
        (key, value) -> {
          String id = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
          garbage.add(Garbage.decode(id, value));
        });
    return garbage;
  }

  /** Calls for every object row, tombstones too, in the order of hashes. Takes long. */
  public void forEachObject(Consumer<ObjectRow> consumer) {
    forEach(
        IndexKeys.kind(IndexKeys.OBJECT),
        IndexKeys.kind(IndexKeys.OBJECT + 1),
        (key, value) -> consumer.accept(objectRow(value)));
  }

  /** The rows of partitions, as replicas compare them. */
  public PartitionRows partitionRows() {
    return new PartitionRows(this);
  }

  Optional<ContainerPath> containerPath(byte[] hash) {
    return get(IndexKeys.concat(IndexKeys.kind(IndexKeys.CONTAINER), hash))
        .map(Index::containerRow)
        .map(ContainerRow::path);
  }

  /**
   * Objects whose containers may not have heard of a write.
   *
   * @param after writes that are later than this, up to {@code until}, are passed over
   */
  public List<ObjectRow> pending(Timestamp after, Timestamp until, int limit) {
    List<ObjectRow> found = new ArrayList<>();
    forEachWhile(
        IndexKeys.kind(IndexKeys.PENDING),
        IndexKeys.kind(IndexKeys.PENDING + 1),
        (key, value) -> {
          Timestamp at = new Timestamp(IndexKeys.toLong(value, 0));
          if (!at.isAfter(after) || at.isAfter(until)) {
            byte[] object = key.clone();
            object[0] = IndexKeys.OBJECT;
            get(object).map(Index::objectRow).ifPresent(found::add);
          }
          return found.size() < limit;
        });
    return found;
  }

  /** The journal position up to which the index is complete. */
  public JournalPosition position() {
    return get(POSITION)
        .map(b -> new JournalPosition(IndexKeys.toLong(b, 0), IndexKeys.toLong(b, Long.BYTES)))
        .orElse(JournalPosition.START);
  }

  /** The greatest timestamp that was ever applied, in microseconds. */
  public long lastTimestampMicros() {
    return get(LAST_TIMESTAMP).map(b -> IndexKeys.toLong(b, 0)).orElse(0L);
  }

  /** Makes the changes visible, all at once, and the position with them. */
  public void write(IndexBatch changes, JournalPosition position) {
    try (WriteBatch batch = new WriteBatch()) {
      changes.addTo(batch, this);
      batch.put(
          POSITION,
          IndexKeys.concat(
              IndexKeys.toBytes(position.segment()), IndexKeys.toBytes(position.offset())));
      batch.put(LAST_TIMESTAMP, IndexKeys.toBytes(changes.lastTimestampMicros()));
      db.write(unlogged, batch);
      changes.complete().forEach(this::setComplete);
      changes.tell(accounts, containers);
    } catch (RocksDBException e) {
      throw new IndexException("cannot write to the index", e);
    }
  }

  private void setComplete(PartitionId partition, Optional<Long> ringVersion) {
    if (ringVersion.isPresent()) {
      complete.add(partition);
    } else {
      complete.remove(partition);
    }
  }

  /** Makes everything written so far survive a crash. Blocks. */
  public void flush() {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    } catch (RocksDBException e) {
      throw new IndexException("cannot flush the index", e);
    }
  }

  @Override
  public void close() {
    db.close();
    unlogged.close();
    cachedOnly.close();
    options.close();
  }

  byte[] objectKey(int policy, ObjectPath path) {
    return IndexKeys.object(policy, hash(path));
  }

  byte[] pendingKey(int policy, ObjectPath path) {
    return IndexKeys.pending(policy, hash(path));
  }

  byte[] quarantineKey(int policy, ObjectPath path) {
    return IndexKeys.quarantine(policy, hash(path));
  }

  byte[] listingKey(ObjectPath path) {
    return IndexKeys.listing(hasher.hash(path.account(), path.container()), path.object());
  }

  byte[] containerKey(ContainerPath path) {
    return IndexKeys.container(hasher.hash(path.account(), path.container()));
  }

  byte[] entryKey(ContainerPath path) {
    return IndexKeys.entry(hasher.hash(path.account()), path.container());
  }

  byte[] accountKey(String account) {
    return IndexKeys.account(hasher.hash(account));
  }

  private PathHash hash(ObjectPath path) {
    return hasher.hash(path.account(), path.container(), path.object());
  }

  private ListingPage<byte[]> walk(byte[] space, ListingQuery query, Predicate<byte[]> live) {
    byte[] end = IndexKeys.after(space);
    try (Slice upper = new Slice(end);
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(upper);
        RocksIterator iterator = db.newIterator(bounded)) {
      return new ListingWalk(iterator, space, query, live).run();
    } catch (RocksDBException e) {
      throw new IndexException("cannot read the index", e);
    }
  }

  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  /** Visits all from one key on, up to before another. */
  void forEach(byte[] first, byte[] end, Visitor visitor) {
    forEachWhile(
        first,
        end,
        (key, value) -> {
          visitor.visit(key, value);
          return true;
        });
  }

  interface Search {
    boolean goesOn(byte[] key, byte[] value);
  }

  /** Visits what is from one key on, up to before another, as long as it is wanted. */
  void forEachWhile(byte[] first, byte[] end, Search search) {
    try (Slice upper = new Slice(end);
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(upper).setFillCache(false);
        RocksIterator iterator = db.newIterator(bounded)) {
      iterator.seek(first);
      while (iterator.isValid() && search.goesOn(iterator.key(), iterator.value())) {
        iterator.next();
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw new IndexException("cannot read the index", e);
    }
  }

  private Optional<byte[]> get(byte[] key) {
    try {
      return Optional.ofNullable(db.get(key));
    } catch (RocksDBException e) {
      throw new IndexException("cannot read the index", e);
    }
  }

  /**
   * From memory alone nothing can fail, so that "no" is no; unlike {@link RocksDB#get} this makes
   * no exception of what is not cached. Of a key whose block is not cached there is no value, and
   * an empty one if the part of the index that leads to the block is not cached either; no row is
   * empty.
   */
  private Cached<byte[]> getCached(byte[] key) {
    Holder<byte[]> value = new Holder<>();
    if (!db.keyMayExist(cachedOnly, key, value)) {
      return new Known<>(Optional.empty());
    }
    byte[] row = value.getValue();
    return row == null || row.length == 0 ? new NotCached<>() : new Known<>(Optional.of(row));
  }

  static ObjectRow objectRow(byte[] bytes) {
    return ObjectRow.decode(bytes).orElseThrow(() -> damaged("object"));
  }

  static ListingRow listingRow(byte[] bytes) {
    return ListingRow.decode(bytes).orElseThrow(() -> damaged("listing"));
  }

  static ContainerRow containerRow(byte[] bytes) {
    return ContainerRow.decode(bytes).orElseThrow(() -> damaged("container"));
  }

  private static Quarantined quarantined(byte[] bytes) {
    return Quarantined.decode(bytes).orElseThrow(() -> damaged("quarantined"));
  }

  private static IndexException damaged(String kind) {
    return new IndexException("the index holds a damaged " + kind + " row");
  }
}
