package io.virga.control.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Imports: of what was staged, and of what is on the web. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageImportTest {

  private static final byte[] DISK = "a disk of few bytes".repeat(1000).getBytes(UTF_8);

  @TempDir private static Path folder;
  private ImageCloud cloud;
  private DisposableServer web;

  @BeforeAll
  void start() {
    cloud = new ImageCloud(folder.resolve("import"));
    web =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes
                        .get("/disk", (in, out) -> out.sendByteArray(Mono.just(DISK)))
                        .get("/moved", (in, out) -> out.sendRedirect("/disk"))
                        .get("/round", (in, out) -> out.sendRedirect("/round"))
                        .get("/away", (in, out) -> out.sendRedirect("http://127.0.0.2:80/disk"))
                        .get(
                            "/short",
                            (in, out) ->
                                out.header("Content-Length", "100000")
                                    .sendByteArray(
                                        Flux.just(DISK)
                                            .concatWith(
                                                Flux.error(new IOException("it breaks off"))))))
            .bindNow();
  }

  @AfterAll
  void stop() {
    web.disposeNow();
    cloud.close();
  }

  @Test
  void importsWhatWasStaged() {
    String id = cloud.queued("p1", "raw");
    assertThat(cloud.stage("p1", id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(204);
    assertThat(cloud.show("p1", id).at("/status")).isEqualTo("uploading");
    assertThat(cloud.stage("p1", id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(409);
    assertThat(cloud.upload("p1", id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(409);
    Answer begun = begin("p1", id, Map.of("name", "glance-direct"));
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    awaitStatus("p1", id, "active");
    assertThat(file("p1", id)).isEqualTo(DISK);
    Eventually.isTrue("it ends", () -> tasks("p1", id).at("/tasks/0/status").equals("success"));
    assertThat(cloud.store().has(ImageCloud.object(id, "staged"))).isFalse();
    Answer tasks = tasks("p1", id);
    assertThat(tasks.at("/tasks/0/input/import_req/method/name")).isEqualTo("glance-direct");
    assertThat(tasks("other", id).status()).isEqualTo(404);
    assertThat(begin("p1", id, Map.of("name", "glance-direct")).status()).isEqualTo(409);
  }

  @Test
  void whatWasStagedGoesWithItsImage() {
    String id = cloud.queued("p2", "raw");
    assertThat(cloud.stage("p2", id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(204);
    assertThat(cloud.store().has(ImageCloud.object(id, "staged"))).isTrue();
    assertThat(cloud.api().delete("/image/v2/images/" + id, cloud.token("p2")).status())
        .isEqualTo(204);
    cloud.purge();
    assertThat(cloud.store().has(ImageCloud.object(id, "staged"))).isFalse();
  }

  @Test
  void aRefusedImportLeavesTheImageQueuedAndSaysWhy() {
    String id = cloud.queued("p3", "qcow2");
    cloud.stage("p3", id, BodyPublishers.ofByteArray(DISK));
    begin("p3", id, Map.of("name", "glance-direct"));
    Eventually.isTrue("it ends", () -> tasks("p3", id).at("/tasks/0/status").equals("failure"));
    assertThat(cloud.store().has(ImageCloud.object(id, "staged")))
        .as("it would go when new bytes are there")
        .isFalse();
    assertThat(tasks("p3", id).at("/tasks/0/message")).contains("not in the format qcow2");
    assertThat(cloud.show("p3", id).at("/status")).isEqualTo("queued");
    assertThat(cloud.stage("p3", id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/disk", "/moved"})
  void downloadsFromTheWeb(String path) {
    String id = cloud.queued("p4", "raw");
    Answer begun = download("p4", id, url(path));
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    awaitStatus("p4", id, "active");
    assertThat(file("p4", id)).isEqualTo(DISK);
    assertThat(tasks("p4", id).at("/tasks/0/input/import_req/method/uri")).isEqualTo(url(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.2/disk",
        "http://localhost.localdomain:22/",
        "http://10.0.0.1/disk",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/disk",
        "http://[::ffff:10.0.0.1]/disk",
        "http://[fe80::1]/disk",
        "http://0x7f000002/disk",
      })
  void reachesNothingInside(String uri) {
    String id = cloud.queued("p5", "raw");
    assertThat(download("p5", id, uri).status()).isEqualTo(202);
    Eventually.isTrue("it ends", () -> tasks("p5", id).at("/tasks/0/status").equals("failure"));
    assertThat(cloud.show("p5", id).at("/status")).isEqualTo("queued");
  }

  @Test
  void followsNoRedirectInside() {
    String id = cloud.queued("p6", "raw");
    download("p6", id, url("/away"));
    Eventually.isTrue("it ends", () -> tasks("p6", id).at("/tasks/0/status").equals("failure"));
    assertThat(tasks("p6", id).at("/tasks/0/message")).contains("by the operator's rules");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none", "/round", "/short"})
  void saysWhatTheWebSaid(String path) {
    String id = cloud.queued("p7", "raw");
    download("p7", id, url(path));
    Eventually.isTrue("it ends", () -> tasks("p7", id).at("/tasks/0/status").equals("failure"));
    assertThat(tasks("p7", id).at("/tasks/0/message")).contains(url(path));
    assertThat(cloud.show("p7", id).at("/status")).isEqualTo("queued");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://example.com/disk",
        "http:///disk",
        "http://u:p@example.com/",
        "a b"
      })
  void refusesWhatIsNoWebAddress(String uri) {
    Answer answer = download("p8", cloud.queued("p8", "raw"), uri);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/message")).contains(uri);
  }

  @Test
  void refusesAnUnknownMethod() {
    String id = cloud.queued("p9", "raw");
    assertThat(begin("p9", id, Map.of("name", "by-post")).at("/message"))
        .contains("by-post", "glance-direct", "web-download");
    assertThat(begin("p9", id, Map.of("name", "glance-direct")).status())
        .as("nothing was staged")
        .isEqualTo(409);
    assertThat(download("other", id, url("/disk")).status()).isEqualTo(404);
  }

  private String url(String path) {
    return "http://127.0.0.1:" + web.port() + path;
  }

  private Answer download(String project, String id, String uri) {
    return begin(project, id, Map.of("name", "web-download", "uri", uri));
  }

  private Answer begin(String project, String id, Map<String, Object> method) {
    return cloud
        .api()
        .post("/image/v2/images/" + id + "/import", cloud.token(project), Map.of("method", method));
  }

  private Answer tasks(String project, String id) {
    return cloud.api().get("/image/v2/images/" + id + "/tasks", cloud.token(project));
  }

  private byte[] file(String project, String id) {
    return cloud
        .api()
        .get("/image/v2/images/" + id + "/file", cloud.token(project))
        .response()
        .body();
  }

  private void awaitStatus(String project, String id, String status) {
    Eventually.isTrue("it ends", () -> cloud.show(project, id).at("/status").equals(status));
  }
}
