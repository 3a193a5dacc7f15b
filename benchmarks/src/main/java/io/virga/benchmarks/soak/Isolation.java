package io.virga.benchmarks.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this process has a network and mounts of its own, so that faults of them touch nobody
 * else.
 */
final class Isolation {

  private Isolation() {}

  static boolean isOwn() {
    return isOwn("net") && isOwn("mnt");
  }

  private static boolean isOwn(String kind) {
    try {
      Path own = Files.readSymbolicLink(Path.of("/proc/self/ns", kind));
      return !own.equals(Files.readSymbolicLink(Path.of("/proc/1/ns", kind)));
    } catch (IOException e) {
      return false;
    }
  }
}
