package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real directory: file channels, whose calls run on a small pool and end on the loop. */
public final class ChannelDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelDisk.class);
  private static final int ZERO_BYTES = 1 << 20;

  private final Path directory;
  private final Executor pool;
  private final EventExecutor loop;

  /** Files of the directory, which must be there. */
  public ChannelDisk(Path directory, Executor pool, EventExecutor loop) {
    this.directory = directory;
    this.pool = pool;
    this.loop = loop;
  }

  @Override
  public StorageFile open(String name) throws IOException {
    Path path = directory.resolve(name);
    boolean isNew = !Files.exists(path);
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    if (isNew) {
      try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
        parent.force(true);
      }
    }
    return new ChannelFile(path, channel, channel.size());
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  @Override
  public byte[] content(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** What runs on the pool. */
  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private final class ChannelFile implements StorageFile {
    private final Path path;
    private final FileChannel channel;
    private volatile long size;

    ChannelFile(Path path, FileChannel channel, long size) {
      this.path = path;
      this.channel = channel;
      this.size = size;
    }

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      submit(() -> transfer(position, buffer.nioBuffer(index, length), true), listener);
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      submit(
          () -> {
            long at = position;
            for (ByteBuffer part : buffer.nioBuffers(index, length)) {
              int bytes = part.remaining();
              transfer(at, part, false);
              at += bytes;
            }
          },
          listener);
    }

    @Override
    public void sync(IoListener listener) {
      submit(() -> channel.force(false), listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      submit(
          () -> {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
            for (long at = size; at < sizeBytes; at += ZERO_BYTES) {
              transfer(at, zeros.clear().limit((int) Math.min(ZERO_BYTES, sizeBytes - at)), false);
            }
            channel.force(true);
            size = sizeBytes;
          },
          listener);
    }

    @Override
    public long sizeBytes() {
      return size;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.warn("closing {} failed", path, e);
      }
    }

    private void transfer(long position, ByteBuffer bytes, boolean read) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        int moved = read ? channel.read(bytes, at) : channel.write(bytes, at);
        if (moved < 0) {
          throw new IOException("end of file at " + at);
        }
        at += moved;
      }
    }

    private void submit(Action action, IoListener listener) {
      pool.execute(
          () -> {
            boolean ok = run(action);
            loop.execute(() -> listener.done(ok));
          });
    }

    private boolean run(Action action) {
      try {
        action.run();
        return true;
      } catch (IOException | RuntimeException e) {
        LOG.error("I/O on {} failed", path, e);
        return false;
      }
    }
  }
}
