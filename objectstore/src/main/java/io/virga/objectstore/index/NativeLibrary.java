package io.virga.objectstore.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native part. By itself it would unpack 17 MB into the system's temporary
 * directory at every start, and leave them there whenever the process is killed.
 */
final class NativeLibrary {

  private static boolean loaded;

  private NativeLibrary() {}

  /** Loads it, once a process, by way of a file in the directory that is gone afterwards. */
  static synchronized void load(Path directory) {
    if (loaded) {
      return;
    }
    Path file = directory.resolve(Environment.getJniLibraryFileName("rocksdb"));
    try {
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new IndexException("RocksDB's native library cannot be loaded by way of " + file, e);
    }
    loaded = true;
  }
}
