package io.virga.control.operator.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The built project.
 *
 * @param root the folder of {@code ./virga}
 */
public record Installation(Path root) {

  /** The one that this process was started from. */
  public static Installation current() {
    return new Installation(Path.of(System.getProperty("virga.root", ".")).toAbsolutePath());
  }

  public Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /**
   * The jar of a module and the jars that it needs, in a stable order: an AOT cache asks for it.
   */
  public List<Path> classPath(String module) {
    Path target = root.resolve(module).resolve("target");
    try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
      Stream<Path> libraries = jars.filter(jar -> jar.toString().endsWith(".jar")).sorted();
      return Stream.concat(Stream.of(target.resolve(module + ".jar")), libraries).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(module + " is not built: run ./virga", e);
    }
  }
}
