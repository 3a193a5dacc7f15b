package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * The ring in use, read again when its file changes. {@link #current()} may be called from any
 * thread; {@link #reload()} from one at a time, and never from an event loop.
 */
public final class LiveRing {

  private final Path file;
  private volatile Ring current;
  private FileTime readAt;

  /** Reads the ring for the first time. */
  public LiveRing(Path file) throws IOException {
    this.file = file;
    this.readAt = Files.getLastModifiedTime(file);
    this.current = RingFile.read(file);
  }

  public Ring current() {
    return current;
  }

  /**
   * Reads the file if it has changed. On an error the ring in use stays.
   *
   * @return whether there is a new ring now
   */
  public boolean reload() throws IOException {
    FileTime modifiedAt = Files.getLastModifiedTime(file);
    if (modifiedAt.equals(readAt)) {
      return false;
    }
    Ring read = RingFile.read(file);
    readAt = modifiedAt;
    boolean changed = read.version() != current.version();
    current = read;
    return changed;
  }
}
