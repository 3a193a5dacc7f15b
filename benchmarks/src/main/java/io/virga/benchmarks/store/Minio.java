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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MinIO on one directory, from a program that the operator names. Its buckets are open to everyone,
 * which saves it the signatures.
 */
public final class Minio implements StoreKind {

  private static final String USER = "benchmark";
  private static final String PASSWORD = "benchmark";

  private static final String OPEN_TO_ALL =
      """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]},
        "Action": ["s3:*"], "Resource": ["arn:aws:s3:::%1$s", "arn:aws:s3:::%1$s/*"]}]}
      """;

  private final Path program;

  public Minio(Path program) {
    this.program = program;
  }

  @Override
  public String name() {
    return "minio";
  }

  @Override
  public String durability() {
    return "as MinIO has it without options: data by O_DIRECT or fdatasync";
  }

  @Override
  public Optional<String> missing() {
    if (!Files.isExecutable(program)) {
      return Optional.of(program + " is not a program");
    }
    return Files.isExecutable(Path.of("/usr/bin/curl"))
        ? Optional.empty()
        : Optional.of("apt-get install curl");
  }

  @Override
  public StoreServer start(Path directory) {
    int port = ServerProcess.freePort();
    String host = "127.0.0.1:" + port;
    ServerProcess process =
        ServerProcess.start(
            directory,
            "minio.out",
            Map.of(
                "MINIO_ROOT_USER", USER, "MINIO_ROOT_PASSWORD", PASSWORD, "MINIO_BROWSER", "off"),
            List.of(
                program.toString(),
                "server",
                "--quiet",
                "--address",
                host,
                directory.resolve("files").toString()));
    RunningServer.firstAnswer(
        process, URI.create("http://" + host + "/minio/health/live"), Map.of());
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", port),
        Dialect.anonymousS3(host),
        List.of(process),
        new OpenBuckets(directory, host));
  }

  /** Made and opened with the root user's signature. */
  private record OpenBuckets(Path directory, String host) implements Containers {

    @Override
    public void make(StoreServer server, LoadGenerator load, String container) {
      Path policy = directory.resolve(container + ".json");
      try {
        Files.writeString(policy, OPEN_TO_ALL.formatted(container));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      put(container);
      put(
          container + "?policy=",
          "--header",
          "x-amz-content-sha256: UNSIGNED-PAYLOAD",
          "--data-binary",
          "@" + policy);
    }

    private void put(String target, String... options) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "/usr/bin/curl",
                  "--silent",
                  "--show-error",
                  "--fail-with-body",
                  "--aws-sigv4",
                  "aws:amz:us-east-1:s3",
                  "--user",
                  USER + ":" + PASSWORD,
                  "--request",
                  "PUT",
                  "http://" + host + "/" + target));
      command.addAll(List.of(options));
      new Shell(Map.of(), directory).run(command.toArray(String[]::new));
    }
  }
}
