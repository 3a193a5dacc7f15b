package io.virga.control.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.image.objects.StoreSettings;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Images in several stores: the cloud's objects, and a folder that is bounded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageStoresTest {

  private static final byte[] DISK = "a disk of few bytes".repeat(100_000).getBytes(UTF_8);
  private static final long FOLDER_BYTES = 24L << 20;

  @TempDir private static Path folder;
  private ImageCloud cloud;
  private String admin;

  @BeforeAll
  void start() {
    cloud = new ImageCloud(folder.resolve("import"), settings());
    admin = cloud.api().token("operator", "admin", "member", "reader");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  private static Path files() {
    return folder.resolve("files");
  }

  private static StoreSettings settings() {
    return new StoreSettings(
        Optional.of(new StoreSettings.Folder(files(), FOLDER_BYTES)), Optional.empty());
  }

  @Test
  void tellsWhichStoresThereAre() {
    Answer told = cloud.api().get("/image/v2/info/stores", cloud.token("p"));
    assertThat(told.at("/stores/0/id")).isEqualTo("objects");
    assertThat(told.at("/stores/0/default")).isEqualTo("true");
    assertThat(told.at("/stores/1/id")).isEqualTo("file");
    assertThat(told.json().at("/stores/1").has("default")).isFalse();
    String detail = "/image/v2/info/stores/detail";
    assertThat(cloud.api().get(detail, cloud.token("p")).status()).isEqualTo(403);
    assertThat(cloud.api().get(detail, admin).at("/stores/1/properties/data_dir"))
        .isEqualTo(files().toString());
    Answer made = cloud.api().post("/image/v2/images", cloud.token("p"), Map.of("name", "n"));
    assertThat(made.header("OpenStack-image-store-ids")).isEqualTo("objects,file");
  }

  @Test
  void anUploadGoesWhereItsHeaderSaysAndDisksAreMadeOfObjectsAlone() {
    String id = cloud.queued("p1", "raw");
    assertThat(upload("p1", id, "attic").at("/message")).contains("attic", "objects, file");
    assertThat(upload("p1", id, "file").status()).isEqualTo(204);
    assertThat(cloud.show("p1", id).at("/stores")).isEqualTo("file");
    assertThat(cloud.show("p1", id).json().has("os_glance_failed_import")).isFalse();
    assertThat(file("p1", id)).isEqualTo(DISK);
    assertThat(cloud.store().has(ImageCloud.object(id, "raw/data"))).isFalse();
    assertThatThrownBy(() -> boot("p1", id)).hasMessageContaining("in the stores file alone");
    assertThat(copy(admin, id, Map.of("stores", List.of("objects"))).status()).isEqualTo(202);
    awaitStores("p1", id, "file,objects");
    boot("p1", id);
  }

  @Test
  void anImportGoesToAllStores() {
    String id = staged("p2");
    Answer begun = begin(cloud.token("p2"), id, "glance-direct", Map.of("all_stores", true));
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    awaitStores("p2", id, "file,objects");
    Answer shown = cloud.show("p2", id);
    assertThat(shown.at("/status")).isEqualTo("active");
    assertThat(shown.json().at("/os_glance_importing_to_stores").asString("-")).isEmpty();
    assertThat(shown.json().at("/os_glance_failed_import").asString("-")).isEmpty();
    assertThat(Files.exists(files().resolve(id + ".raw-data"))).isTrue();
    assertThat(remove(cloud.token("p2"), id, "objects").status()).isEqualTo(204);
    cloud.purge();
    assertThat(cloud.store().has(ImageCloud.object(id, "raw/data"))).isFalse();
    assertThat(file("p2", id)).isEqualTo(DISK);
    assertThat(remove(cloud.token("p2"), id, "objects").status()).isEqualTo(404);
    assertThat(remove(cloud.token("p2"), id, "file").status()).as("the last").isEqualTo(403);
    cloud.api().delete("/image/v2/images/" + id, cloud.token("p2"));
    cloud.purge();
    assertThat(of(id)).isEmpty();
  }

  @Test
  void whereAllMustSucceedAStoreThatFailsFailsTheImport() {
    String id = staged("p3");
    cloud.store().refuse("/raw/");
    try {
      begin(cloud.token("p3"), id, "glance-direct", Map.of("stores", List.of("file", "objects")));
      awaitTask("p3", id, "failure");
    } finally {
      cloud.store().refuse("");
    }
    Answer shown = cloud.show("p3", id);
    assertThat(shown.at("/status")).isEqualTo("queued");
    assertThat(shown.at("/os_glance_failed_import")).isEqualTo("file,objects");
    assertThat(shown.json().has("stores")).isFalse();
    assertThat(of(id)).isEmpty();
  }

  @Test
  void whereNotAllMustSucceedItIsWhereverItCame() {
    String id = staged("p4");
    cloud.store().refuse("/raw/");
    try {
      begin(
          cloud.token("p4"),
          id,
          "glance-direct",
          Map.of("all_stores", true, "all_stores_must_succeed", false));
      awaitTask("p4", id, "success");
    } finally {
      cloud.store().refuse("");
    }
    Answer shown = cloud.show("p4", id);
    assertThat(shown.at("/status")).isEqualTo("active");
    assertThat(shown.at("/stores")).isEqualTo("file");
    assertThat(shown.at("/os_glance_failed_import")).isEqualTo("objects");
    assertThat(file("p4", id)).isEqualTo(DISK);
  }

  @Test
  void aCopyThatFailsLeavesTheImageAsItWas() {
    String id = cloud.queued("p5", "raw");
    upload("p5", id, "file");
    cloud.store().fail(true);
    copy(admin, id, Map.of("stores", List.of("objects")));
    awaitTask("p5", id, "failure");
    cloud.store().fail(false);
    Answer shown = cloud.show("p5", id);
    assertThat(shown.at("/status")).isEqualTo("active");
    assertThat(shown.at("/stores")).isEqualTo("file");
    assertThat(shown.at("/os_glance_failed_import")).isEqualTo("objects");
    assertThat(file("p5", id)).isEqualTo(DISK);
    copy(admin, id, Map.of("all_stores", true));
    awaitStores("p5", id, "file,objects");
    assertThat(copy(cloud.token("p5"), id, Map.of("all_stores", true)).status()).isEqualTo(403);
  }

  @Test
  void onlyActiveImagesAreCopied() {
    String id = cloud.queued("p6", "raw");
    assertThat(copy(admin, id, Map.of("all_stores", true)).status()).isEqualTo(409);
    assertThat(copy(admin, id, Map.of("all_stores", true, "stores", List.of("file"))).status())
        .isEqualTo(400);
    assertThat(copy(admin, id, Map.of("stores", List.of("attic"))).status()).isEqualTo(400);
  }

  @Test
  void aProtectedImageStaysWhereItIs() {
    String id = cloud.queued("p7", "raw", "protected", true);
    upload("p7", id, "objects");
    copy(admin, id, Map.of("all_stores", true));
    awaitStores("p7", id, "file,objects");
    assertThat(remove(cloud.token("p7"), id, "file").status()).isEqualTo(403);
    assertThat(remove(cloud.token("other"), id, "file").status()).isEqualTo(404);
  }

  @Test
  void aFullFolderTakesNoMore() {
    String id = cloud.queued("p8", "vdi");
    byte[] tooMuch = new byte[(int) FOLDER_BYTES + 1];
    tooMuch[0] = 1;
    Answer full =
        cloud.api().send(uploading("p8", id, "file", BodyPublishers.ofByteArray(tooMuch)));
    assertThat(full.status()).isEqualTo(503);
    assertThat(full.at("/message")).contains("is full");
    assertThat(cloud.show("p8", id).at("/status")).isEqualTo("queued");
    assertThat(of(id)).isEmpty();
    assertThat(upload("p8", id, "file").status()).as("what fits").isEqualTo(204);
  }

  @Test
  void aFolderIsOneProcesssAndClearedOfWhatIsHalfWritten() throws IOException {
    assertThatThrownBy(() -> settings().open()).hasMessageContaining("another process");
    Path other = Files.createDirectories(folder.resolve("other"));
    Path draft = Files.write(other.resolve("x.raw-data.1.draft"), DISK);
    Path kept = Files.write(other.resolve("x.raw-map"), DISK);
    new StoreSettings(Optional.of(new StoreSettings.Folder(other, FOLDER_BYTES)), Optional.empty())
        .open()
        .forEach(store -> store.backend().close());
    assertThat(draft).doesNotExist();
    assertThat(kept).exists();
  }

  private String staged(String project) {
    String id = cloud.queued(project, "raw");
    assertThat(cloud.stage(project, id, BodyPublishers.ofByteArray(DISK)).status()).isEqualTo(204);
    return id;
  }

  private Answer upload(String project, String id, String store) {
    return cloud.api().send(uploading(project, id, store, BodyPublishers.ofByteArray(DISK)));
  }

  private HttpRequest.Builder uploading(
      String project, String id, String store, BodyPublisher body) {
    return cloud
        .api()
        .request("/image/v2/images/" + id + "/file")
        .PUT(body)
        .header("X-Auth-Token", cloud.token(project))
        .header("X-Image-Meta-Store", store)
        .header("Accept", "application/json")
        .header("Content-Type", "application/octet-stream");
  }

  private Answer copy(String token, String id, Map<String, Object> where) {
    return begin(token, id, "copy-image", where);
  }

  private Answer begin(String token, String id, String method, Map<String, Object> where) {
    Map<String, Object> body = new LinkedHashMap<>(where);
    body.put("method", Map.of("name", method));
    return cloud.api().post("/image/v2/images/" + id + "/import", token, body);
  }

  private Answer remove(String token, String id, String store) {
    return cloud.api().delete("/image/v2/stores/" + store + "/" + id, token);
  }

  private void awaitStores(String project, String id, String stores) {
    Eventually.isTrue(
        "it is in " + stores, () -> cloud.show(project, id).at("/stores").equals(stores));
  }

  private void awaitTask(String project, String id, String status) {
    Eventually.isTrue(
        "it ends",
        () ->
            cloud
                .api()
                .get("/image/v2/images/" + id + "/tasks", cloud.token(project))
                .at("/tasks/0/status")
                .equals(status));
  }

  private byte[] file(String project, String id) {
    return cloud
        .api()
        .get("/image/v2/images/" + id + "/file", cloud.token(project))
        .response()
        .body();
  }

  private void boot(String project, String id) {
    var caller = new LocalAuthenticator(cloud.api().verifier()).authenticate(cloud.token(project));
    cloud
        .api()
        .database()
        .inTransaction(t -> cloud.bootImages().bootable(t, caller, id))
        .block(ImageCloud.TIMEOUT);
  }

  /** The files of an image. */
  private List<Path> of(String id) {
    try (Stream<Path> all = Files.list(files())) {
      return all.filter(file -> file.getFileName().toString().startsWith(id)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
