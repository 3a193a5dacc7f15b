package io.virga.control.operator.underlay;

import io.virga.control.operator.host.Programs;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A network namespace in which processes of the home run.
 *
 * @param name as {@code ip netns} knows it; empty for the one that this process is in
 */
public record NetworkNamespace(Optional<String> name) {

  /** That of this process. */
  public static final NetworkNamespace OWN = new NetworkNamespace(Optional.empty());

  private static final Path NAMED = Path.of("/run/netns");

  public static NetworkNamespace named(String name) {
    return new NetworkNamespace(Optional.of(name));
  }

  /** The command that runs the command in here; it becomes it, and keeps its process id. */
  public List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>();
    name.ifPresent(known -> whole.addAll(List.of("ip", "netns", "exec", known)));
    whole.addAll(command);
    return List.copyOf(whole);
  }

  /** Runs a small program in here to its end. Blocks. */
  public String run(String... command) {
    return Programs.run(command(List.of(command)));
  }

  /**
   * Does the work in here: sockets that it opens are of this namespace. Blocks; the thread that
   * does it is of that work alone.
   */
  public <T> T within(Supplier<T> work) {
    if (name.isEmpty()) {
      return work.get();
    }
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              NamespaceCalls.enter(NAMED.resolve(name.get()));
              return work.get();
            });
    Thread.ofPlatform().daemon().name("in " + name.get()).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(
          "cannot work in the network namespace " + name.get() + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in the network namespace " + name.get(), e);
    }
  }

  /** Makes it, with a loopback, if it is not there. */
  void ensure() {
    if (!exists()) {
      Programs.run(List.of("ip", "netns", "add", name.orElseThrow()));
    }
    run("ip", "link", "set", "lo", "up");
  }

  /** Removes it and the links that are left in it; what runs in it goes on, cut off. */
  void remove() {
    if (exists()) {
      Programs.run(List.of("ip", "netns", "delete", name.orElseThrow()));
    }
  }

  /** Whether there is a link of that name. */
  public boolean has(String link) {
    return links().contains(link);
  }

  /** Whether the link is switched on, whatever its other end is. */
  public boolean isUp(String link) {
    String shown = run("ip", "-json", "link", "show", "dev", link);
    JsonNode flags = Json.mapper().readTree(shown).path(0).path("flags");
    return flags.valueStream().anyMatch(flag -> flag.asString("").equals("UP"));
  }

  /**
   * The names of links.
   *
   * @param filter which, in the words of {@code ip link show}; all if empty
   */
  public Set<String> links(String... filter) {
    List<String> command = new ArrayList<>(List.of("ip", "-json", "link", "show"));
    command.addAll(List.of(filter));
    String shown = run(command.toArray(String[]::new));
    Set<String> names = new HashSet<>();
    for (JsonNode link : Json.mapper().readTree(shown.isEmpty() ? "[]" : shown)) {
      names.add(link.path("ifname").asString(""));
    }
    return names;
  }

  public boolean exists() {
    return Files.exists(NAMED.resolve(name.orElseThrow()));
  }

  /** All whose names begin so. */
  static List<NetworkNamespace> startingWith(String prefix) throws IOException {
    if (!Files.isDirectory(NAMED)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(NAMED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .map(NetworkNamespace::named)
          .toList();
    }
  }
}
