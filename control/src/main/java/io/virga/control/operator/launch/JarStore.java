package io.virga.control.operator.launch;

import io.virga.control.operator.home.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies of the jars that a home runs, in {@code lib/jars}. A build writes over its jars in place,
 * which no process survives that still reads them; the copies stay as they are, each under a name
 * that tells its version.
 */
public final class JarStore {

  private final Path folder;

  public JarStore(Path programs) {
    this.folder = programs.resolve("jars");
  }

  /** The same class path, of copies. */
  public List<Path> staged(List<Path> classPath) {
    PrivateFiles.folder(folder);
    return classPath.stream().map(this::staged).toList();
  }

  /** Removes the copies that are no longer wanted. Nothing runs from the home now. */
  public void sweep(Collection<Path> wanted) {
    Set<Path> kept = new HashSet<>();
    wanted.forEach(jar -> kept.add(target(jar)));
    try (Stream<Path> jars = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      for (Path jar : jars.filter(jar -> !kept.contains(jar)).toList()) {
        Files.delete(jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy up " + folder, e);
    }
  }

  private Path staged(Path jar) {
    if (jar.startsWith(folder)) {
      return jar;
    }
    Path copy = target(jar);
    if (!Files.exists(copy)) {
      try {
        Path unfinished = copy.resolveSibling(copy.getFileName() + ".new");
        Files.copy(
            jar,
            unfinished,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot copy " + jar + " to " + folder, e);
      }
    }
    return copy;
  }

  private Path target(Path jar) {
    if (jar.startsWith(folder)) {
      return jar;
    }
    String name = String.valueOf(jar.getFileName()).replaceFirst("\\.jar$", "");
    long size = jar.toFile().length();
    long modified = jar.toFile().lastModified();
    return folder.resolve("%s-%x-%x.jar".formatted(name, size, modified));
  }
}
