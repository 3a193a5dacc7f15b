package io.virga.benchmarks.e2e;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Guests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests the cloud of this run, started before the first one that asks and stopped after the
 * last.
 */
final class CloudExtension implements ParameterResolver, TestWatcher {

  private static final Namespace NAMESPACE = Namespace.create(CloudExtension.class);
  private static final int BASE_PORT = 18700;
  private static final int LOG_LINES_SHOWN = 25;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Cloud.class || type == Guests.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    RunningCloud running = running(context);
    if (parameter.getParameter().getType() == Cloud.class) {
      return running.cloud;
    }
    return running.guests();
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    running(context).printLogs();
  }

  private static RunningCloud running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent("cloud", key -> RunningCloud.start(), RunningCloud.class);
  }

  /** The cloud, and the guests that the first test that needs some has booted in it. */
  private static final class RunningCloud implements AutoCloseable {
    private final Cloud cloud;
    private final Path directory;
    private final Guests guests;

    private RunningCloud(Cloud cloud, Path directory) {
      this.cloud = cloud;
      this.directory = directory;
      this.guests = new Guests(cloud, directory.resolve("guests"));
    }

    static RunningCloud start() {
      try {
        Path root = Path.of(System.getProperty("virga.root"));
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "virga-e2e");
        Cloud cloud = new Cloud(root, directory.resolve("home"));
        RunningCloud running = new RunningCloud(cloud, directory);
        try {
          cloud.up(BASE_PORT);
        } catch (IllegalStateException e) {
          running.printLogs();
          running.close();
          throw e;
        }
        return running;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Guests guests() {
      guests.bootOnce();
      return guests;
    }

    void printLogs() {
      try (Stream<Path> logs = Files.list(cloud.home().resolve("log"))) {
        for (Path log : logs.filter(Files::isRegularFile).sorted().toList()) {
          List<String> lines = Files.readAllLines(log);
          System.out.println("--- " + log.getFileName());
          lines.stream()
              .skip(Math.max(0, lines.size() - LOG_LINES_SHOWN))
              .forEach(System.out::println);
        }
      } catch (IOException e) {
        System.out.println("no logs: " + e);
      }
    }

    @Override
    public void close() {
      cloud.close();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
