package io.virga.blockstore.catalogue;

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
  static synchronized void load(Path directory) throws IOException {
    if (loaded) {
      return;
    }
    NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    Files.deleteIfExists(directory.resolve(Environment.getJniLibraryFileName("rocksdb")));
    loaded = true;
  }
}
