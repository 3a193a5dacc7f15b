package io.virga.blockstore.catalogue;

import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The catalogue in a RocksDB of its own. Key: table letter, id (8 bytes, big-endian). */
public final class RocksCatalogue implements Catalogue {

  private static final long WRITE_BUFFER_BYTES = 8L << 20;

  private final Options options;
  private final RocksDB database;

  private RocksCatalogue(Options options, RocksDB database) {
    this.options = options;
    this.database = database;
  }

  /** Opens or creates. Blocks. */
  public static RocksCatalogue open(Path directory) throws IOException {
    NativeLibrary.load(Files.createDirectories(directory));
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxBackgroundJobs(2)
            .setKeepLogFileNum(2)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    try {
      return new RocksCatalogue(options, RocksDB.open(options, directory.toString()));
    } catch (RocksDBException e) {
      options.close();
      throw new IOException("cannot open the catalogue " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<byte[]> get(Table table, long id) {
    try {
      return Optional.ofNullable(database.get(key(table, id)));
    } catch (RocksDBException e) {
      throw new IllegalStateException("cannot read the catalogue", e);
    }
  }

  @Override
  public int scan(Table table, long fromId, int maximumRows, RowConsumer consumer) {
    int count = 0;
    try (RocksIterator rows = database.newIterator()) {
      for (rows.seek(key(table, fromId)); rows.isValid() && count < maximumRows; rows.next()) {
        byte[] key = rows.key();
        if (key[0] != table.prefix()) {
          break;
        }
        consumer.accept(ByteBuffer.wrap(key).getLong(1), rows.value());
        count++;
      }
      rows.status();
      return count;
    } catch (RocksDBException e) {
      throw new IllegalStateException("cannot read the catalogue", e);
    }
  }

  @Override
  public Changes changes() {
    return new Batch(new WriteBatch());
  }

  @Override
  public void write(Changes changes) {
    Invariant.check(changes instanceof Batch, "changes are written where they were begun");
    try (WriteBatch batch = ((Batch) changes).batch;
        WriteOptions durable = new WriteOptions().setSync(true)) {
      database.write(durable, batch);
    } catch (RocksDBException e) {
      throw new IllegalStateException("cannot write the catalogue", e);
    }
  }

  @Override
  public void close() {
    database.close();
    options.close();
  }

  private static byte[] key(Table table, long id) {
    return ByteBuffer.allocate(9).put(table.prefix()).putLong(id).array();
  }

  /** Outside the heap from the beginning: a checkpoint may be of many MiB. */
  private record Batch(WriteBatch batch) implements Changes {

    @Override
    public Changes put(Table table, long id, byte[] value) {
      try {
        batch.put(key(table, id), value);
        return this;
      } catch (RocksDBException e) {
        throw new IllegalStateException("cannot collect changes of the catalogue", e);
      }
    }

    @Override
    public Changes remove(Table table, long id) {
      try {
        batch.delete(key(table, id));
        return this;
      } catch (RocksDBException e) {
        throw new IllegalStateException("cannot collect changes of the catalogue", e);
      }
    }
  }
}
