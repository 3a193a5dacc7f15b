package io.virga.control.operator.launch;

import io.virga.control.operator.home.PrivateFiles;
import io.virga.dataplane.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The ahead-of-time cache of a process (JEP 514): the first orderly end of a process writes it,
 * later starts use it. It holds for one Java, one class path and one set of flags; what they are is
 * noted beside it, and a cache that does not fit is thrown away rather than offered.
 */
public final class AotCache {

  private final Path cache;
  private final Path key;
  private final Path recording;

  public AotCache(Path folder, String name) {
    this.cache = folder.resolve(name + ".aot");
    this.key = folder.resolve(name + ".key");
    this.recording = folder.resolve(name + ".recording");
  }

  /**
   * The flags that use the cache or, where there is none that fits, make it; none after a start
   * that failed, because recording makes the next failure slow.
   */
  public List<String> flags(List<Path> classPath, List<String> flags) {
    String wanted = fingerprint(classPath, flags);
    try {
      if (fits(wanted)) {
        return List.of("-XX:AOTCache=" + cache);
      }
      Files.deleteIfExists(cache);
      if (Files.exists(recording) && Files.readString(recording).equals(wanted)) {
        return List.of();
      }
      Files.deleteIfExists(key);
      PrivateFiles.write(recording, wanted);
      return List.of("-XX:AOTCacheOutput=" + cache);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the AOT cache " + cache, e);
    }
  }

  /** The flags that use the cache where there is one that fits, for a process that makes none. */
  public List<String> flagsOfUse(List<Path> classPath, List<String> flags) {
    try {
      return fits(fingerprint(classPath, flags)) ? List.of("-XX:AOTCache=" + cache) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the AOT cache " + cache, e);
    }
  }

  private boolean fits(String wanted) throws IOException {
    return Files.exists(key) && Files.readString(key).equals(wanted) && Files.exists(cache);
  }

  /** The process is well: what it records is worth keeping. */
  public void confirm() {
    try {
      if (Files.exists(recording)) {
        Files.move(recording, key, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot note the AOT cache " + cache, e);
    }
  }

  private static String fingerprint(List<Path> classPath, List<String> flags) {
    StringBuilder text = new StringBuilder(Runtime.version().toString());
    text.append(System.getProperty("java.home")).append(flags);
    for (Path jar : classPath) {
      text.append(jar).append(jar.toFile().length()).append(jar.toFile().lastModified());
    }
    return Sha256.hex(text.toString());
  }
}
