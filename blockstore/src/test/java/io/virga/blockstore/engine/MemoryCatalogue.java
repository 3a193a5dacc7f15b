package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import java.util.EnumMap;
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
  public synchronized void forEach(Table table, RowConsumer consumer) {
    of(table).forEach(consumer::accept);
  }

  @Override
  public synchronized void write(Changes changes) {
    changes.removals().forEach(removal -> of(removal.table()).remove(removal.id()));
    changes.puts().forEach(put -> of(put.table()).put(put.id(), put.value()));
  }

  private TreeMap<Long, byte[]> of(Table table) {
    return tables.computeIfAbsent(table, t -> new TreeMap<>());
  }

  @Override
  public void close() {}
}
