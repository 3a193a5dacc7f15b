package io.virga.control.image.objects;

import io.netty.buffer.ByteBuf;
import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with a file for each part of an image. A file comes to its name when all of it is on the
 * device, so what is there is whole. One process at a time has the folder.
 */
final class FileFolder implements BlockingStore {

  private static final String DRAFT = ".draft";
  private static final String LOCK = "lock";

  private final Path folder;
  private final long maxBytes;
  private final FileChannel lock;
  private final AtomicLong usedBytes;

  private FileFolder(Path folder, long maxBytes, FileChannel lock, long usedBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.lock = lock;
    this.usedBytes = new AtomicLong(usedBytes);
  }

  /**
   * Makes it, and clears what was left half written.
   *
   * @throws IOException also if another process has it
   */
  static FileFolder open(Path path, long maxBytes) throws IOException {
    Files.createDirectories(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    FileChannel lock =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(lock) == null) {
        throw new IOException("another process keeps images in " + path);
      }
      long used = 0;
      for (Path file : list(path)) {
        if (file.toString().endsWith(DRAFT)) {
          Files.delete(file);
        } else {
          used += Files.size(file);
        }
      }
      return new FileFolder(path, maxBytes, lock, used);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static List<Path> list(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }

  @Override
  public Draft draft(UUID imageId, Part part) throws IOException {
    Path file = file(imageId, part);
    Path draft = folder.resolve(file.getFileName() + "." + UUID.randomUUID() + DRAFT);
    return new NewFile(
        draft,
        file,
        FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public FileChannel read(UUID imageId, Part part) throws IOException {
    return FileChannel.open(file(imageId, part), StandardOpenOption.READ);
  }

  @Override
  public void delete(UUID imageId, Part part) throws IOException {
    Path file = file(imageId, part);
    long size = sizeOf(file);
    if (Files.deleteIfExists(file)) {
      usedBytes.addAndGet(-size);
      sync(folder);
    }
  }

  private Path file(UUID imageId, Part part) {
    return folder.resolve(imageId + "." + part.path().replace('/', '-'));
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that has not come to its name yet. */
  private final class NewFile implements Draft {

    private final Path path;
    private final Path file;
    private final FileChannel channel;
    private long lengthBytes;

    NewFile(Path path, Path file, FileChannel channel) {
      this.path = path;
      this.file = file;
      this.channel = channel;
    }

    @Override
    public void write(ByteBuf buffer) throws IOException {
      try {
        int length = buffer.readableBytes();
        lengthBytes += length;
        if (usedBytes.addAndGet(length) > maxBytes) {
          throw ApiFault.unavailable("The store of files is full.");
        }
        while (buffer.isReadable()) {
          buffer.readBytes(channel, buffer.readableBytes());
        }
      } finally {
        buffer.release();
      }
    }

    @Override
    public void finish() throws IOException {
      channel.force(true);
      channel.close();
      long replaced = sizeOf(file);
      Files.move(path, file, StandardCopyOption.ATOMIC_MOVE);
      usedBytes.addAndGet(-replaced);
      sync(folder);
    }

    @Override
    public void abandon() throws IOException {
      channel.close();
      if (Files.deleteIfExists(path)) {
        usedBytes.addAndGet(-lengthBytes);
      }
    }
  }
}
