package io.virga.benchmarks.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether this process has a network and mounts of its own, other than those of the process that
 * started it, so that faults of them touch nobody else.
 */
final class Isolation {

  private Isolation() {}

  static boolean isOwn() {
    return isOwn("net") && isOwn("mnt");
  }

  private static boolean isOwn(String kind) {
    Optional<Long> parent = ProcessHandle.current().parent().map(ProcessHandle::pid);
    return parent.isPresent()
        && namespace(parent.get(), kind)
            .flatMap(
                others ->
                    namespace(ProcessHandle.current().pid(), kind).map(own -> !own.equals(others)))
            .orElse(false);
  }

  private static Optional<Path> namespace(long pid, String kind) {
    try {
      return Optional.of(Files.readSymbolicLink(Path.of("/proc", "" + pid, "ns", kind)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
