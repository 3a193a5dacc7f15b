package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A catalogue that outlives the pool that uses it; writes are atomic, as RocksDB's are. */
final class MemoryCatalogue implements Catalogue {

  private final Map<Table, TreeMap<Long, byte[]>> tables = new EnumMap<>(Table.class);

  MemoryCatalogue() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>());
    }
  }

  @Override
  public synchronized Optional<byte[]> get(Table table, long id) {
    return Optional.ofNullable(of(table).get(id));
  }

  @Override
  public synchronized int scan(Table table, long fromId, int maximumRows, RowConsumer consumer) {
    int count = 0;
    for (Map.Entry<Long, byte[]> row : of(table).tailMap(fromId).entrySet()) {
      if (count == maximumRows) {
        return count;
      }
      consumer.accept(row.getKey(), row.getValue());
      count++;
    }
    return count;
  }

  @Override
  public Changes changes() {
    return new Steps();
  }

  @Override
  public synchronized void write(Changes changes) {
    ((Steps) changes).all.forEach(Runnable::run);
  }

  private TreeMap<Long, byte[]> of(Table table) {
    return tables.computeIfAbsent(table, t -> new TreeMap<>());
  }

  @Override
  public void close() {}

  /** Removals and values in the order in which they came. */
  private final class Steps implements Changes {
    private final List<Runnable> all = new ArrayList<>();

    @Override
    public Changes put(Table table, long id, byte[] value) {
      all.add(() -> of(table).put(id, value));
      return this;
    }

    @Override
    public Changes remove(Table table, long id) {
      all.add(() -> of(table).remove(id));
      return this;
    }
  }
}
