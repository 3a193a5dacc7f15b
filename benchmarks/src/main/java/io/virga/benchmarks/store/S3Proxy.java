package io.virga.benchmarks.store;

import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.load.LoadGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code org.gaul:s3proxy} over a plain directory, without signatures, which saves it work.
 * Resolved with Maven when it is first asked for.
 */
public final class S3Proxy implements StoreKind {

  private static final String VERSION = "4.1.0";
  private static final Duration RESOLVE_LIMIT = Duration.ofMinutes(10);

  private static final String PROJECT =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>io.virga.rival</groupId>
        <artifactId>rival</artifactId>
        <version>1</version>
        <dependencies>
          <dependency>
            <groupId>org.gaul</groupId>
            <artifactId>s3proxy</artifactId>
            <version>%s</version>
          </dependency>
          <dependency><!-- its own choice lacks a class that it needs -->
            <groupId>com.fasterxml.jackson.core</groupId>
            <artifactId>jackson-annotations</artifactId>
            <version>2.22</version>
          </dependency>
        </dependencies>
      </project>
      """
          .formatted(VERSION);

  private static final String CONFIGURATION =
      """
      s3proxy.endpoint=http://127.0.0.1:%d
      s3proxy.authorization=none
      jclouds.provider=filesystem-nio2
      jclouds.filesystem.basedir=%s
      """;

  /** Without one it logs every request in full. */
  private static final String LOGGING = "<configuration><root level=\"off\"/></configuration>";

  private final Path folder;

  /**
   * @param cache where what Maven has fetched is kept from one run to the next
   */
  public S3Proxy(Path cache) {
    this.folder = cache.resolve("s3proxy-" + VERSION);
  }

  @Override
  public String name() {
    return "s3proxy";
  }

  @Override
  public String durability() {
    return "none: page cache";
  }

  @Override
  public Optional<String> missing() {
    Path libraries = folder.resolve("lib");
    if (Files.isRegularFile(libraries.resolve("s3proxy-" + VERSION + ".jar"))) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("pom.xml"), PROJECT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.Result result =
        new Shell(Map.of(), folder)
            .attempt(
                RESOLVE_LIMIT,
                System.getProperty("virga.maven", "mvn"),
                "-q",
                "-B",
                "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
                "-DoutputDirectory=" + libraries,
                "-DincludeScope=runtime");
    return result.exitCode() == 0
        ? Optional.empty()
        : Optional.of("Maven cannot resolve it: " + result.out().strip());
  }

  @Override
  public StoreServer start(Path directory) {
    int port = ServerProcess.freePort();
    Path configuration = directory.resolve("s3proxy.conf");
    Path files = directory.resolve("files");
    try {
      Files.createDirectories(files);
      Files.writeString(configuration, CONFIGURATION.formatted(port, files));
      Files.writeString(directory.resolve("logback.xml"), LOGGING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerProcess process =
        ServerProcess.start(
            directory,
            "s3proxy.out",
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx1g",
                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                "-cp",
                folder.resolve("lib") + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                configuration.toString()));
    String host = "127.0.0.1:" + port;
    RunningServer.firstAnswer(process, URI.create("http://" + host + "/"), Map.of());
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", port),
        Dialect.anonymousS3(host),
        List.of(process),
        new PlainFiles(files));
  }

  /** Its objects are files. */
  private record PlainFiles(Path directory) implements Containers {

    @Override
    public void fill(StoreServer server, LoadGenerator load, String container, long count) {
      try {
        for (long number = 0; number < count; number++) {
          Files.createFile(directory.resolve(container).resolve("o%010d".formatted(number)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
