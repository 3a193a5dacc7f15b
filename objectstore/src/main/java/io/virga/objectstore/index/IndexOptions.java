package io.virga.objectstore.index;

import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.HyperClockCache;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * How RocksDB is set up. Index and filter blocks are in the cache, so that it bounds the memory,
 * and are partitioned: the cache is made of many small ones, none of which takes a block that is
 * larger than itself, as the whole filter of a file may be; it would be read again for each
 * look-up.
 */
final class IndexOptions implements AutoCloseable {

  private static final long WRITE_BUFFER_BYTES = 32L << 20;
  private static final int BLOOM_BITS_PER_KEY = 10;
  private static final int PARTITION_BYTES = 4 << 10;
  private static final int CHOOSE_SHARDS = -1;

  /** The table of the cache grows with what is in it. */
  private static final long ENTRIES_OF_ANY_SIZE = 0;

  /**
   * Of the write buffer, for a filter of the keys in it: a write asks for rows that mostly are not
   * there, and most that is asked for is in files.
   */
  private static final double WRITE_BUFFER_FILTER = 0.02;

  private final Cache cache;
  private final BloomFilter filter;
  private final Options options;

  IndexOptions(long cacheBytes) {
    cache = new HyperClockCache(cacheBytes, ENTRIES_OF_ANY_SIZE, CHOOSE_SHARDS, false);
    filter = new BloomFilter(BLOOM_BITS_PER_KEY);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(3)
            .setMemtablePrefixBloomSizeRatio(WRITE_BUFFER_FILTER)
            .setMemtableWholeKeyFiltering(true)
            .setMaxBackgroundJobs(2)
            .setBytesPerSync(1 << 20)
            .setMaxOpenFiles(1024)
            .setKeepLogFileNum(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setLevelCompactionDynamicLevelBytes(true)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    .setIndexType(IndexType.kTwoLevelIndexSearch)
                    .setPartitionFilters(true)
                    .setMetadataBlockSize(PARTITION_BYTES)
                    .setPinTopLevelIndexAndFilter(true)
                    .setCacheIndexAndFilterBlocks(true)
                    .setCacheIndexAndFilterBlocksWithHighPriority(true)
                    .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                    .setFormatVersion(5));
  }

  RocksDB open(Path directory) throws RocksDBException {
    return RocksDB.open(options, directory.toString());
  }

  @Override
  public void close() {
    options.close();
    filter.close();
    cache.close();
  }
}
