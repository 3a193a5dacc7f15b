package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects through both doors, byte for byte. */
@EndToEnd
class ObjectsTest {

  private static final int MIB = 1024 * 1024;
  private static final Duration TRANSFER_LIMIT = Duration.ofMinutes(3);

  @Test
  void swiftDownloadsWhatItUploaded(Cloud cloud, @TempDir Path files) throws IOException {
    Path sent = fill(files.resolve("sent"), 5 * MIB);
    Path received = files.resolve("received");
    Shell demo = cloud.demo();
    demo.run("swift", "upload", "swiftly", sent.toString(), "--object-name", "folder/sent");
    demo.run("swift", "download", "swiftly", "folder/sent", "-o", received.toString());
    assertThat(received).hasSameBinaryContentAs(sent);
    assertThat(demo.run("swift", "list", "swiftly", "--prefix", "folder/").strip())
        .isEqualTo("folder/sent");
    demo.run("swift", "delete", "swiftly");
    assertThat(demo.run("swift", "list")).doesNotContain("swiftly");
  }

  @Test
  void awsMovesOneHundredMebibytesInParts(Cloud cloud, @TempDir Path files) throws IOException {
    Path sent = fill(files.resolve("sent"), 100 * MIB);
    Path received = files.resolve("received");
    aws(cloud, "mb", "s3://parts");
    aws(cloud, "cp", "--only-show-errors", sent.toString(), "s3://parts/large");
    assertThat(aws(cloud, "ls", "s3://parts")).contains("104857600 large");
    aws(cloud, "cp", "--only-show-errors", "s3://parts/large", received.toString());
    assertThat(received).hasSameBinaryContentAs(sent);
    aws(cloud, "rm", "--only-show-errors", "s3://parts/large");
    aws(cloud, "rb", "s3://parts");
  }

  @Test
  void anObjectIsTheSameThroughBothApis(Cloud cloud, @TempDir Path files) throws IOException {
    Path sent = fill(files.resolve("sent"), 3 * MIB + 17);
    Path received = files.resolve("received");
    Path back = files.resolve("back");
    cloud.demo().run("swift", "upload", "both", sent.toString(), "--object-name", "one");
    aws(cloud, "cp", "--only-show-errors", "s3://both/one", received.toString());
    assertThat(received).hasSameBinaryContentAs(sent);
    aws(cloud, "cp", "--only-show-errors", sent.toString(), "s3://both/two");
    cloud.demo().run("swift", "download", "both", "two", "-o", back.toString());
    assertThat(back).hasSameBinaryContentAs(sent);
  }

  @Test
  void rcloneFindsNoDifference(Cloud cloud, @TempDir Path files) throws IOException {
    for (int i = 0; i < 20; i++) {
      fill(Files.createDirectories(files.resolve("d" + i % 3)).resolve("f" + i), i * 10_007);
    }
    Shell demo = cloud.demo();
    String remote = ":swift,env_auth=true:rcloned";
    demo.run("rclone", "copy", files.toString(), remote);
    assertThat(demo.attempt(TRANSFER_LIMIT, "rclone", "check", files.toString(), remote).err())
        .contains("0 differences found");
  }

  @Test
  void swiftPutsSegmentsTogetherAndTakesThemAway(Cloud cloud, @TempDir Path files)
      throws IOException {
    Path sent = fill(files.resolve("sent"), 5 * MIB + 3);
    Path received = files.resolve("received");
    Shell demo = cloud.demo();
    String[] dynamic = {
      "swift", "upload", "-S", "1048576", "cut", sent.toString(), "--object-name", "o"
    };
    String[] fixed = Arrays.copyOf(dynamic, dynamic.length + 1);
    fixed[dynamic.length] = "--use-slo";
    for (String[] upload : new String[][] {dynamic, fixed}) {
      demo.run(upload);
      assertThat(demo.run("swift", "list", "cut_segments").lines()).hasSize(6);
      demo.run("swift", "download", "cut", "o", "-o", received.toString());
      assertThat(received).hasSameBinaryContentAs(sent);
      demo.run("swift", "delete", "cut", "o");
      assertThat(demo.run("swift", "list", "cut_segments")).isBlank();
    }
  }

  @Test
  void swiftSetsMetadataAndSignsUrls(Cloud cloud, @TempDir Path files)
      throws IOException, InterruptedException {
    Path sent = Files.writeString(files.resolve("sent"), "signed");
    Shell demo = cloud.demo();
    demo.run("swift", "upload", "signed", sent.toString(), "--object-name", "o");
    demo.run("swift", "post", "signed", "o", "-m", "Color:blue", "-H", "X-Delete-After:3600");
    assertThat(demo.run("swift", "stat", "signed", "o"))
        .contains("Meta Color: blue", "X-Delete-At");
    demo.run("swift", "post", "-m", "Temp-URL-Key:key");
    String storage =
        demo.run("swift", "auth")
            .lines()
            .filter(line -> line.startsWith("export OS_STORAGE_URL="))
            .map(line -> line.substring(line.indexOf('=') + 1))
            .findFirst()
            .orElseThrow();
    String path = URI.create(storage).getPath() + "/signed/o";
    String url = demo.run("swift", "tempurl", "GET", "60", path, "key").strip();
    HttpResponse<String> got =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(storage).resolve(url))
                    .timeout(Duration.ofSeconds(20))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(got.body()).isEqualTo("signed");
    demo.run("swift", "post", "-m", "Temp-URL-Key:");
    demo.run("swift", "delete", "signed");
  }

  private static String aws(Cloud cloud, String... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = "s3";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return cloud.aws(TRANSFER_LIMIT, line);
  }

  private static Path fill(Path file, int bytes) throws IOException {
    Random random = new Random(bytes);
    byte[] chunk = new byte[Math.min(bytes, MIB)];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int written = 0; written < bytes; written += chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, Math.min(chunk.length, bytes - written));
      }
    }
    return file;
  }
}
