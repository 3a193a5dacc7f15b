package io.virga.control.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.image.objects.StoreSettings;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.watch.Eventually;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Images in a bucket of an S3 service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageS3StoreTest {

  private static final int MIB = 1 << 20;
  private static final String SECRET = "a-secret-that-nobody-sees";

  @TempDir private static Path folder;
  private final SmallS3 s3 = new SmallS3("ACCESS");
  private ImageCloud cloud;

  @BeforeAll
  void start() throws Exception {
    cloud = new ImageCloud(folder.resolve("import"), settings("ACCESS"));
  }

  @AfterAll
  void stop() {
    cloud.close();
    s3.close();
  }

  private StoreSettings settings(String accessKey) throws Exception {
    Path file = folder.resolve("credentials-of-" + accessKey);
    Files.writeString(file, accessKey + "\n" + SECRET + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new StoreSettings(
        Optional.empty(),
        Optional.of(
            new StoreSettings.Bucket(
                URI.create(s3.address()),
                "us-east-1",
                "images",
                Settings.of(Map.of("virga.test.credentials-file", file.toString()))
                    .secretFile("virga.test.credentials-file"))));
  }

  @Test
  void keepsSmallImages() {
    byte[] disk = "few bytes".getBytes(UTF_8);
    String id = cloud.queued("p1", "vdi");
    assertThat(upload(cloud, "p1", id, disk).status()).isEqualTo(204);
    assertThat(s3.objects().get("/images/" + id + "/source")).isEqualTo(disk);
    assertThat(cloud.show("p1", id).at("/stores")).isEqualTo("s3");
    assertThat(file("p1", id)).isEqualTo(disk);
    assertThat(s3.authorizations()).noneMatch(text -> text.contains(SECRET));
  }

  @Test
  void keepsLargeImagesInPiecesAndBringsThemToTheObjectStoreAndAwayAgain() {
    byte[] disk = new byte[37 * MIB + 5];
    new Random(5).nextBytes(disk);
    String id = cloud.queued("p2", "raw");
    assertThat(upload(cloud, "p2", id, disk).status()).isEqualTo(204);
    assertThat(s3.openUploads()).isZero();
    assertThat(s3.objects().get("/images/" + id + "/raw/data")).hasSize(38 * MIB);
    assertThat(file("p2", id)).isEqualTo(disk);
    String admin = cloud.api().token("operator", "admin", "member", "reader");
    cloud
        .api()
        .post(
            "/image/v2/images/" + id + "/import",
            admin,
            Map.of("method", Map.of("name", "copy-image"), "all_stores", true));
    Eventually.isTrue("it is there", () -> cloud.show("p2", id).at("/stores").equals("objects,s3"));
    assertThat(cloud.store().object(ImageCloud.object(id, "raw/data")))
        .isEqualTo(s3.objects().get("/images/" + id + "/raw/data"));
    assertThat(cloud.api().delete("/image/v2/stores/s3/" + id, cloud.token("p2")).status())
        .isEqualTo(204);
    cloud.purge();
    assertThat(s3.objects()).doesNotContainKey("/images/" + id + "/raw/data");
    assertThat(file("p2", id)).isEqualTo(disk);
  }

  @Test
  void givesUpAnUploadThatIsRefused() {
    byte[] tooMuch = new byte[(int) ImageCloud.MAX_UPLOAD_BYTES + 1];
    new Random(6).nextBytes(tooMuch);
    String id = cloud.queued("p3", "raw");
    assertThat(upload(cloud, "p3", id, tooMuch).status()).isEqualTo(413);
    Eventually.isTrue("it is given up", () -> s3.openUploads() == 0);
    assertThat(s3.objects().keySet()).noneMatch(path -> path.contains(id));
  }

  @Test
  void saysThatTheServiceRefusesAndNotWhatWith() throws Exception {
    try (ImageCloud stranger = new ImageCloud(folder.resolve("other"), settings("STRANGER"))) {
      String id = stranger.queued("p4", "raw");
      Answer refused = upload(stranger, "p4", id, new byte[] {1});
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.at("/message")).contains("s3").doesNotContain(SECRET);
      assertThat(stranger.show("p4", id).at("/status")).isEqualTo("queued");
    }
  }

  private static Answer upload(ImageCloud to, String project, String id, byte[] bytes) {
    return to.api()
        .send(
            to.api()
                .request("/image/v2/images/" + id + "/file")
                .PUT(BodyPublishers.ofByteArray(bytes))
                .header("X-Auth-Token", to.token(project))
                .header("X-Image-Meta-Store", "s3")
                .header("Accept", "application/json")
                .header("Content-Type", "application/octet-stream"));
  }

  private byte[] file(String project, String id) {
    return cloud
        .api()
        .get("/image/v2/images/" + id + "/file", cloud.token(project))
        .response()
        .body();
  }
}
