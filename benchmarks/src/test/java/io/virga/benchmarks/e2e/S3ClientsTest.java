package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The S3 API through the clients that people use. */
@EndToEnd
class S3ClientsTest {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void botoFindsAllThatItNeeds(boolean tls, Cloud cloud, @TempDir Path files) throws IOException {
    Path script = files.resolve("boto.py");
    try (InputStream in =
        Objects.requireNonNull(S3ClientsTest.class.getResourceAsStream("/e2e/boto.py"))) {
      Files.copy(in, script);
    }
    Shell shell = cloud.s3();
    String endpoint =
        tls
            ? cloud.s3TlsUrl()
            : Objects.requireNonNull(shell.environment().get("AWS_ENDPOINT_URL"));
    String bucket = tls ? "boto-tls" : "boto";
    shell.attempt(LIMIT, "python3", script.toString(), endpoint, bucket).orFail();
  }

  @Test
  void s3cmdKeepsSetsOfFiles(Cloud cloud, @TempDir Path files) throws IOException {
    Path folder = Files.createDirectories(files.resolve("folder"));
    for (int i = 0; i < 5; i++) {
      fill(folder.resolve("file " + i + "+ä"), 1000 * i + 1);
    }
    fill(folder.resolve("large"), 16 << 20);
    Path settings = settings(cloud, files);
    s3cmd(cloud, settings, "mb", "s3://s3cmd");
    s3cmd(cloud, settings, "sync", "--multipart-chunk-size-mb=5", folder + "/", "s3://s3cmd/in/");
    s3cmd(cloud, settings, "setacl", "--acl-public", "s3://s3cmd/in/large");
    assertThat(s3cmd(cloud, settings, "info", "s3://s3cmd/in/large")).contains("*anon*: READ");
    Path back = Files.createDirectories(files.resolve("back"));
    s3cmd(cloud, settings, "sync", "s3://s3cmd/in/", back + "/");
    assertThat(cloud.s3().attempt("diff", "-r", folder.toString(), back.toString()).orFail())
        .isEmpty();
    s3cmd(cloud, settings, "cp", "s3://s3cmd/in/large", "s3://s3cmd/copy");
    s3cmd(cloud, settings, "rb", "--recursive", "--force", "s3://s3cmd");
  }

  @Test
  void rcloneFindsNoDifferenceThroughS3(Cloud cloud, @TempDir Path files) throws IOException {
    for (int i = 0; i < 10; i++) {
      fill(Files.createDirectories(files.resolve("d" + i % 3)).resolve("f" + i), i * 10_007);
    }
    fill(files.resolve("large"), 12 << 20);
    Shell shell = cloud.s3();
    String[] parts = {"--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M"};
    shell
        .attempt(
            LIMIT,
            "rclone",
            "copy",
            files.toString(),
            "virgas3:rclone",
            parts[0],
            parts[1],
            parts[2],
            parts[3])
        .orFail();
    assertThat(shell.attempt(LIMIT, "rclone", "check", files.toString(), "virgas3:rclone").err())
        .contains("0 differences found");
    shell.attempt(LIMIT, "rclone", "purge", "virgas3:rclone").orFail();
  }

  @Test
  void awsSpeaksTlsAndSeesEachVersion(Cloud cloud, @TempDir Path files) throws IOException {
    Map<String, String> tls = Map.of("AWS_ENDPOINT_URL", cloud.s3TlsUrl());
    Path file = fill(files.resolve("file"), 9 << 20);
    aws(cloud, tls, "s3", "mb", "s3://aws-tls");
    aws(
        cloud,
        tls,
        "s3api",
        "put-bucket-versioning",
        "--bucket",
        "aws-tls",
        "--versioning-configuration",
        "Status=Enabled");
    aws(cloud, tls, "s3", "cp", "--only-show-errors", file.toString(), "s3://aws-tls/file");
    aws(
        cloud,
        tls,
        "s3api",
        "put-object",
        "--bucket",
        "aws-tls",
        "--key",
        "file",
        "--body",
        file.toString(),
        "--checksum-algorithm",
        "CRC32");
    assertThat(
            aws(
                cloud,
                tls,
                "s3api",
                "list-object-versions",
                "--bucket",
                "aws-tls",
                "--query",
                "length(Versions)"))
        .contains("2");
    assertThat(
            aws(
                cloud,
                tls,
                "s3api",
                "head-object",
                "--bucket",
                "aws-tls",
                "--key",
                "file",
                "--checksum-mode",
                "ENABLED"))
        .contains("ChecksumCRC32");
    Path back = files.resolve("back");
    aws(cloud, tls, "s3", "cp", "--only-show-errors", "s3://aws-tls/file", back.toString());
    assertThat(back).hasSameBinaryContentAs(file);
  }

  private static String aws(Cloud cloud, Map<String, String> replaced, String... arguments) {
    return cloud.attemptAws(LIMIT, replaced, arguments).orFail();
  }

  private static Path settings(Cloud cloud, Path files) throws IOException {
    Map<String, String> environment = cloud.s3().environment();
    String address =
        Objects.requireNonNull(environment.get("AWS_ENDPOINT_URL")).replace("http://", "");
    return Files.writeString(
        files.resolve("s3cfg"),
        """
        [default]
        access_key = %s
        secret_key = %s
        host_base = %s
        host_bucket = %s
        bucket_location = %s
        use_https = False
        """
            .formatted(
                environment.get("AWS_ACCESS_KEY_ID"),
                environment.get("AWS_SECRET_ACCESS_KEY"),
                address,
                address,
                environment.get("AWS_REGION")));
  }

  private static String s3cmd(Cloud cloud, Path settings, String... arguments) {
    String[] line = new String[arguments.length + 3];
    line[0] = "s3cmd";
    line[1] = "--config";
    line[2] = settings.toString();
    System.arraycopy(arguments, 0, line, 3, arguments.length);
    return cloud.s3().attempt(LIMIT, line).orFail();
  }

  private static Path fill(Path file, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(file, content);
  }
}
