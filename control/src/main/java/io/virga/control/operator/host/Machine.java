package io.virga.control.operator.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** This machine, as far as a cloud depends on it. */
public final class Machine {

  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final List<Path> folders;
  private final boolean root;

  Machine(List<Path> folders, boolean root) {
    this.folders = List.copyOf(folders);
    this.root = root;
  }

  /** The machine that this process runs on. */
  public static Machine local() {
    Map<String, String> environment = System.getenv();
    String path = environment.getOrDefault("PATH", "");
    Stream<String> own = Stream.of(path.split(":")).filter(folder -> !folder.isEmpty());
    return new Machine(
        Stream.concat(own, SYSTEM_FOLDERS.stream()).distinct().map(Path::of).toList(), isRoot());
  }

  public boolean root() {
    return root;
  }

  public Optional<Path> program(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** The Debian packages that the part misses; empty if it has all. */
  public List<String> missingPackages(Part part) {
    TreeSet<String> missing = new TreeSet<>();
    part.packageOfProgram()
        .forEach(
            (program, debian) -> {
              if (!isThere(program)) {
                missing.add(debian);
              }
            });
    return List.copyOf(missing);
  }

  /** A program, or the path of a file that one loads. */
  private boolean isThere(String program) {
    return program.startsWith("/")
        ? Files.isRegularFile(Path.of(program))
        : program(program).isPresent();
  }

  /** Why the part cannot run here, if it cannot. */
  public Optional<String> obstacle(Part part) {
    List<String> missing = missingPackages(part);
    if (!missing.isEmpty()) {
      return Optional.of("missing: " + installCommand(missing));
    }
    return root ? Optional.empty() : Optional.of("needs root");
  }

  public static String installCommand(Iterable<String> packages) {
    return "apt-get install --no-install-recommends " + String.join(" ", packages);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell which user this is", e);
    }
  }
}
