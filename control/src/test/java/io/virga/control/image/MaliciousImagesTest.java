package io.virga.control.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Images made to read other files or to fill disks are refused wherever images come in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MaliciousImagesTest {

  private static final int MIB = 1 << 20;

  @TempDir private static Path folder;
  private final AtomicReference<byte[]> page = new AtomicReference<>(new byte[0]);
  private ImageCloud cloud;
  private DisposableServer web;

  @BeforeAll
  void start() {
    cloud = new ImageCloud(folder.resolve("import"));
    web =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((in, out) -> out.sendByteArray(Mono.fromSupplier(page::get)))
            .bindNow();
  }

  @AfterAll
  void stop() {
    web.disposeNow();
    cloud.close();
  }

  enum Malice {
    BACKING_FILE("qcow2", "has a backing file"),
    DATA_FILE("qcow2", "has an external data file"),
    FOREIGN_EXTENT("vmdk", "names other files"),
    HUGE("qcow2", "describes a disk of"),
    HIDDEN("raw", "is in the format qcow2, not raw"),
    BOMB("qcow2", "more than 100 times as many");

    private final String format;
    private final String why;

    Malice(String format, String why) {
      this.format = format;
      this.why = why;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedAsAnUpload(Malice malice) throws Exception {
    String id = cloud.queued("p1", malice.format);
    Answer answer = cloud.upload("p1", id, BodyPublishers.ofByteArray(image(malice)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/message")).contains(malice.why);
    assertThat(cloud.show("p1", id).at("/status")).isEqualTo("killed");
    leavesNothing(id);
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedAsAnImportOfWhatWasStaged(Malice malice) throws Exception {
    String id = cloud.queued("p2", malice.format);
    assertThat(cloud.stage("p2", id, BodyPublishers.ofByteArray(image(malice))).status())
        .isEqualTo(204);
    refusesImport("p2", id, Map.of("name", "glance-direct"), malice);
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedAsADownload(Malice malice) throws Exception {
    page.set(image(malice));
    String id = cloud.queued("p3", malice.format);
    String uri = "http://127.0.0.1:" + web.port() + "/";
    refusesImport("p3", id, Map.of("name", "web-download", "uri", uri), malice);
  }

  /** Volumes come as raw disks alone: a guest may have written another format's header into one. */
  @Test
  void isRefusedAsTheContentsOfAVolume() throws Exception {
    String id = cloud.queued("p4", "raw");
    Flux<byte[]> contents = Flux.fromArray(new byte[][] {image(Malice.BACKING_FILE)});
    assertThatThrownBy(
            () -> cloud.diskImages().fill(UUID.fromString(id), contents).block(ImageCloud.TIMEOUT))
        .hasMessageContaining(Malice.HIDDEN.why);
    assertThat(cloud.show("p4", id).at("/status")).isEqualTo("killed");
    leavesNothing(id);
  }

  private void refusesImport(String project, String id, Map<String, Object> method, Malice malice) {
    Answer begun =
        cloud
            .api()
            .post(
                "/image/v2/images/" + id + "/import",
                cloud.token(project),
                Map.of("method", method));
    assertThat(begun.status()).isEqualTo(202);
    Eventually.isTrue("it ends", () -> tasks(project, id).at("/tasks/0/status").equals("failure"));
    assertThat(tasks(project, id).at("/tasks/0/message")).contains(malice.why);
    Answer shown = cloud.show(project, id);
    assertThat(shown.at("/status")).isEqualTo("queued");
    assertThat(shown.at("/os_glance_failed_import")).isEqualTo("objects");
    assertThat(shown.at("/os_glance_importing_to_stores")).isEmpty();
    leavesNothing(id);
  }

  private Answer tasks(String project, String id) {
    return cloud.api().get("/image/v2/images/" + id + "/tasks", cloud.token(project));
  }

  private void leavesNothing(String id) {
    assertThat(folder.resolve("import")).isEmptyDirectory();
    for (String part : List.of("staged", "source", "raw/data", "raw/map")) {
      assertThat(cloud.store().has(ImageCloud.object(id, part))).as(part).isFalse();
    }
  }

  private static byte[] image(Malice malice) throws IOException, InterruptedException {
    Path file = folder.resolve(malice.name());
    switch (malice) {
      case BACKING_FILE, HIDDEN -> {
        Path backing = Files.write(folder.resolve("backing"), new byte[MIB]);
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", backing, file);
      }
      case DATA_FILE -> {
        String options = "data_file=" + folder.resolve("outside") + ",data_file_raw=on";
        run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, file, "1M");
      }
      case FOREIGN_EXTENT ->
          run(
              "qemu-img",
              "create",
              "-q",
              "-f",
              "vmdk",
              "-o",
              "subformat=monolithicFlat",
              file,
              "1M");
      case HUGE -> run("qemu-img", "create", "-q", "-f", "qcow2", file, "2G");
      case BOMB -> {
        byte[] pattern = new byte[MIB];
        Arrays.fill(pattern, (byte) 0xaa);
        Path disk = folder.resolve("disk");
        try (var out = Files.newOutputStream(disk)) {
          for (int i = 0; i < 400; i++) {
            out.write(pattern);
          }
        }
        run("qemu-img", "convert", "-f", "raw", "-c", "-O", "qcow2", disk, file);
        Files.delete(disk);
      }
    }
    return Files.readAllBytes(file);
  }

  private static void run(Object... command) throws IOException, InterruptedException {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
  }
}
