package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The ring in use, read again when its file changes. {@link #current()} may be called from any
 * thread; {@link #reload()} from one at a time, and never from an event loop.
 */
public final class LiveRing {

  private final Path file;
  private volatile Ring current;
  private Stamp stamp;

  /** What tells one file at a path from the next. */
  record Stamp(FileTime modifiedAt, long sizeBytes, Optional<Object> inode) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.lastModifiedTime(),
          attributes.size(),
          Optional.ofNullable(attributes.fileKey()));
    }
  }

  /** Reads the ring for the first time. */
  public LiveRing(Path file) throws IOException {
    this.file = file;
    this.stamp = Stamp.of(file);
    this.current = RingFile.read(file);
  }

  public Ring current() {
    return current;
  }

  /**
   * Reads the file if it has changed. On an error the ring in use stays.
   *
   * @param before is run before a new ring is in use
   * @return whether there is a new ring now
   */
  public boolean reload(Runnable before) throws IOException {
    Stamp found = Stamp.of(file);
    if (found.equals(stamp)) {
      return false;
    }
    Ring read = RingFile.read(file);
    stamp = found;
    boolean changed = read.version() != current.version();
    if (changed) {
      before.run();
    }
    current = read;
    return changed;
  }
}
