package io.virga.blockstore.journal;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.IoListener;
import io.virga.blockstore.storage.StorageFile;
import io.virga.jmh.HotFunction;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * What one record of a batch of 16 takes to be encoded, framed and handed to a disk that does
 * nothing: the processor's part of a flush after writes to new places.
 */
public class JournalAppendBenchmark extends HotFunction {

  private static final int BATCH = 16;
  private static final int FILE_BYTES = 64 << 20;

  private Journal journal;
  private long block;

  @Setup
  public void open() throws IOException {
    journal = Journal.open(new NoDisk(), Runnable::run, Runnable::run, FILE_BYTES, 1);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long append() {
    for (int i = 0; i < BATCH; i++) {
      journal.add(new JournalRecord.MapRun(1, block++ & 0xffffff, 1, 1L << 60));
    }
    Journal.Batch batch = journal.seal();
    journal.write(batch, ok -> {});
    journal.release(batch.lastSequence());
    return batch.lastSequence();
  }

  private static final class NoDisk implements Disk {

    @Override
    public StorageFile open(String name) {
      return new NoFile();
    }

    @Override
    public List<String> list(String prefix) {
      return List.of();
    }

    @Override
    public long usableBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public byte[] content(String name, int maximumBytes) {
      return new byte[0];
    }
  }

  private static final class NoFile implements StorageFile {

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      listener.done(true);
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      listener.done(true);
    }

    @Override
    public void sync(IoListener listener) {
      listener.done(true);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      listener.done(true);
    }

    @Override
    public void punch(long position, long length, IoListener listener) {
      listener.done(true);
    }

    @Override
    public long sizeBytes() {
      return FILE_BYTES;
    }

    @Override
    public void close() {}
  }
}
