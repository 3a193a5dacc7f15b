package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.file.AsyncFile;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.file.FileOption;
import io.virga.dataplane.file.Holes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real directory. Files are read, written and synced on the loop's ring, and grow beside it. */
public final class DirectoryDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryDisk.class);

  /**
   * The most bytes of one write. The page cache makes folios as large as the write that fills them,
   * and ext4 walks all the blocks of a folio for each later write into it: 4 KiB into one of 1 MiB
   * cost 35 to 40 µs of a core, a quarter of which was that walk.
   */
  private static final int PIECE_BYTES = 64 << 10;

  private final Path directory;
  private final AsyncFiles files;
  private final EventLoop loop;

  /** Files of the directory, which must be there. */
  public DirectoryDisk(Path directory, AsyncFiles files, EventLoop loop) {
    this.directory = directory;
    this.files = files;
    this.loop = loop;
  }

  @Override
  public StorageFile open(String name) throws IOException {
    Path path = directory.resolve(name);
    AsyncFile file = files.open(path, Set.of(FileOption.WRITE, FileOption.CREATE), loop);
    try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
      parent.force(true);
    }
    return new RingStorageFile(path, file, file.size());
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public byte[] content(String name, int maximumBytes) throws IOException {
    try (InputStream file = Files.newInputStream(directory.resolve(name))) {
      return file.readNBytes(maximumBytes);
    }
  }

  private final class RingStorageFile implements StorageFile {
    private final Path path;
    private final AsyncFile file;
    private long size;

    RingStorageFile(Path path, AsyncFile file, long size) {
      this.path = path;
      this.file = file;
      this.size = size;
    }

    @Override
    public void read(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      ByteBuf target = buffer.slice(index, length).writerIndex(0);
      Future<Integer> read = file.read(position, target, length);
      if (read.isDone()) {
        listener.done(succeeded(read) && read.getNow() == length);
      } else {
        read.addListener(done -> listener.done(succeeded(read) && read.getNow() == length));
      }
    }

    @Override
    public void write(long position, ByteBuf buffer, int index, int length, IoListener listener) {
      if (length <= PIECE_BYTES) {
        listen(file.write(position, buffer.slice(index, length)), listener);
        return;
      }
      Countdown pieces = new Countdown((length + PIECE_BYTES - 1) / PIECE_BYTES, listener);
      for (int done = 0; done < length; done += PIECE_BYTES) {
        int piece = Math.min(PIECE_BYTES, length - done);
        listen(file.write(position + done, buffer.slice(index + done, piece)), pieces);
      }
    }

    @Override
    public void sync(IoListener listener) {
      listen(file.dataSync(), listener);
    }

    @Override
    public void growZeroed(long sizeBytes, IoListener listener) {
      long from = size;
      files
          .blocking(loop, () -> appendZeros(path, from, sizeBytes))
          .addListener(
              grown -> {
                boolean ok = succeeded(grown);
                size = ok ? sizeBytes : size;
                listener.done(ok);
              });
    }

    @Override
    public void punch(long position, long length, IoListener listener) {
      listen(
          files.blocking(
              loop,
              () -> {
                Holes.punch(path, position, length);
                return length;
              }),
          listener);
    }

    @Override
    public long sizeBytes() {
      return size;
    }

    @Override
    public void close() {
      file.close();
    }

    private void listen(Future<?> future, IoListener listener) {
      future.addListener(done -> listener.done(succeeded(done)));
    }

    private boolean succeeded(Future<?> future) {
      if (!future.isSuccess()) {
        LOG.error("I/O on {} failed", path, future.cause());
      }
      return future.isSuccess();
    }
  }

  private static long appendZeros(Path path, long from, long to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      long at = from;
      while (at < to) {
        at += channel.write(zeros.clear().limit((int) Math.min(PIECE_BYTES, to - at)), at);
      }
      channel.force(true);
    }
    return to;
  }
}
