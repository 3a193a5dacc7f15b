package io.virga.control.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.policy.Caller;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * What becomes of bytes: kept in the form that block stores stream, and given back as they came.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageUploadTest {

  private static final int MIB = 1 << 20;

  @TempDir private static Path folder;
  private ImageCloud cloud;

  @BeforeAll
  void start() {
    cloud = new ImageCloud(folder.resolve("import"));
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void packsRawImageWithoutItsZeros() throws Exception {
    byte[] disk = disk();
    String id = cloud.queued("p1", "raw");
    assertThat(cloud.upload("p1", id, BodyPublishers.ofByteArray(disk)).status()).isEqualTo(204);
    checkRawForm(id, disk, 8 * MIB + 4096);
    assertThat(cloud.store().has(ImageCloud.object(id, "source"))).as("kept twice").isFalse();
    Answer shown = cloud.show("p1", id);
    assertThat(shown.at("/status")).isEqualTo("active");
    assertThat(shown.at("/size")).isEqualTo(Integer.toString(disk.length));
    assertThat(shown.at("/checksum"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(disk)));
    assertThat(shown.at("/os_hash_value"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(disk)));
    Answer file = cloud.api().get("/image/v2/images/" + id + "/file", cloud.token("p1"));
    assertThat(file.response().body()).isEqualTo(disk);
    assertThat(cloud.upload("p1", id, BodyPublishers.ofByteArray(disk)).status()).isEqualTo(409);
  }

  @Test
  void convertsQcowToRaw() throws Exception {
    byte[] disk = Arrays.copyOf(disk(), 9 * MIB);
    String id = cloud.queued("p2", "qcow2");
    Answer answer = cloud.upload("p2", id, BodyPublishers.ofFile(qcow(disk)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    checkRawForm(id, disk, disk.length);
    assertThat(cloud.show("p2", id).at("/virtual_size")).isEqualTo(Integer.toString(9 * MIB));
    assertThat(folder.resolve("import")).isEmptyDirectory();
  }

  @Test
  void refusesQcowThatPointsToOtherFiles() throws Exception {
    Path backing = Files.write(folder.resolve("backing"), new byte[MIB]);
    Path child = folder.resolve("child.qcow2");
    run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", backing.toString(), child);
    refused("qcow2", Files.readAllBytes(child), "backing file");
    Path outside = folder.resolve("outside.qcow2");
    String options = "data_file=" + folder.resolve("outside.data") + ",data_file_raw=on";
    run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, outside, "1M");
    refused("qcow2", Files.readAllBytes(outside), "external data file");
  }

  @Test
  void refusesDamagedInput() throws Exception {
    byte[] whole = Files.readAllBytes(qcow(Arrays.copyOf(disk(), 9 * MIB)));
    refused("qcow2", Arrays.copyOf(whole, whole.length / 2), "damaged or cut off");
    refused("qcow2", "nothing of the kind".getBytes(UTF_8), "not in the format qcow2");
    refused("raw", whole, "is in the format qcow2, not raw");
    refused("raw", new byte[0], "empty");
    byte[] huge = whole.clone();
    ByteBuffer.wrap(huge).putLong(24, 1L << 50);
    refused("qcow2", huge, "disk of " + (1L << 50));
  }

  @Test
  void anUploadThatIsGivenUpAtItsBeginningCanBeSentAgain() {
    String id = cloud.queued("p40", "raw");
    // More often than there are places for uploads, each time a little later in what it does.
    for (int i = 0; i < 40; i++) {
      Disposable upload = cloud.diskImages().fill(UUID.fromString(id), Flux.never()).subscribe();
      LockSupport.parkNanos(i * 100_000L);
      upload.dispose();
      Eventually.isTrue("it is queued", () -> cloud.show("p40", id).at("/status").equals("queued"));
    }
    assertThat(cloud.upload("p40", id, BodyPublishers.ofByteArray(disk())).status()).isEqualTo(204);
  }

  @Test
  void refusesMoreBytesThanTheLimit() {
    String id = cloud.queued("p4", "raw");
    byte[] piece = new byte[MIB];
    List<byte[]> tooMany =
        Collections.nCopies((int) (ImageCloud.MAX_UPLOAD_BYTES / MIB) + 1, piece);
    Answer answer = cloud.upload("p4", id, BodyPublishers.ofByteArrays(tooMany));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(cloud.show("p4", id).at("/status")).isEqualTo("killed");
  }

  @Test
  void canBeSentAgainAfterTheObjectStoreWasAway() {
    String id = cloud.queued("p5", "raw");
    cloud.store().fail(true);
    assertThat(cloud.upload("p5", id, BodyPublishers.ofByteArray(new byte[MIB])).status())
        .isEqualTo(503);
    cloud.store().fail(false);
    assertThat(cloud.show("p5", id).at("/status")).isEqualTo("queued");
    assertThat(cloud.upload("p5", id, BodyPublishers.ofByteArray(new byte[MIB])).status())
        .isEqualTo(204);
  }

  @Test
  void purgesObjectsWhenNoVolumeHasToFetchThemAnyMore() throws Exception {
    String id = cloud.queued("p6", "raw");
    cloud.upload("p6", id, BodyPublishers.ofByteArray(disk()));
    cloud
        .api()
        .database()
        .sql(
            """
            INSERT INTO volume (id, project_id, user_id, name, description, metadata, host, size_bytes,
                                source, image_id, root, presence, generation, resize_generation, epoch)
            VALUES (gen_random_uuid(), 'p6', '', '', '', '{}', 'near', 4096, '{}', :image, true,
                    'PRESENT', 1, 1, 1)
            """)
        .bind("image", id)
        .execute()
        .block(ImageCloud.TIMEOUT);
    assertThat(cloud.api().delete("/image/v2/images/" + id, cloud.token("p6")).status())
        .isEqualTo(204);
    assertThat(cloud.show("p6", id).status()).isEqualTo(404);
    cloud.purge();
    assertThat(cloud.store().has(ImageCloud.object(id, "raw/data"))).isTrue();
    cloud
        .api()
        .database()
        .sql("UPDATE volume SET fetched = true")
        .execute()
        .block(ImageCloud.TIMEOUT);
    cloud.purge();
    for (String part : List.of("source", "raw/data", "raw/map")) {
      assertThat(cloud.store().has(ImageCloud.object(id, part))).as(part).isFalse();
    }
  }

  @Test
  void offersOnlyActiveImagesThatTheCallerSees() {
    String id = cloud.queued("p7", "raw");
    assertThatThrownBy(() -> bootable("p7", id)).hasMessageContaining("queued");
    cloud.upload("p7", id, BodyPublishers.ofByteArray(new byte[2 * MIB]));
    BootImages.BootImage image = bootable("p7", id);
    assertThat(image.source().virtualSizeBytes()).isEqualTo(2 * MIB);
    assertThat(image.source().objectPath()).isEqualTo(ImageCloud.object(id, "raw"));
    assertThatThrownBy(() -> bootable("other", id)).hasMessageContaining("could not be found");
    assertThatThrownBy(() -> bootable("p7", "guest")).hasMessageContaining("guest");
    String other = cloud.queued("p7", "vdi");
    cloud.upload("p7", other, BodyPublishers.ofByteArray(new byte[10]));
    assertThatThrownBy(() -> bootable("p7", other)).hasMessageContaining("vdi");
  }

  private BootImages.BootImage bootable(String project, String id) {
    Caller caller =
        new LocalAuthenticator(cloud.api().verifier()).authenticate(cloud.token(project));
    return cloud
        .api()
        .database()
        .inTransaction(t -> cloud.bootImages().bootable(t, caller, id))
        .blockOptional(ImageCloud.TIMEOUT)
        .orElseThrow();
  }

  private void refused(String format, byte[] bytes, String why) {
    String id = cloud.queued("p3", format);
    Answer answer = cloud.upload("p3", id, BodyPublishers.ofByteArray(bytes));
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.at("/message")).contains(why);
    assertThat(cloud.show("p3", id).at("/status")).isEqualTo("killed");
    assertThat(folder.resolve("import")).isEmptyDirectory();
  }

  private void checkRawForm(String id, byte[] disk, long virtualSize) {
    byte[] json = cloud.store().object(ImageCloud.object(id, "raw/map"));
    ImageMap map = Json.read(json, ImageMap.class);
    assertThat(map).isEqualTo(new ImageMap(1, virtualSize, MIB, List.of(1, 5, 8)));
    byte[] data = cloud.store().object(ImageCloud.object(id, "raw/data"));
    assertThat(data).hasSize(3 * MIB);
    byte[] unpacked = new byte[9 * MIB];
    for (int i = 0; i < map.chunks().size(); i++) {
      System.arraycopy(data, i * MIB, unpacked, map.chunks().get(i) * MIB, MIB);
    }
    assertThat(Arrays.copyOf(unpacked, disk.length)).isEqualTo(disk);
  }

  /** 8 MiB and a bit: data in the chunks 1, 5 and, cut off, 8. */
  private static byte[] disk() {
    byte[] disk = new byte[8 * MIB + 1000];
    Random random = new Random(7);
    for (int from : new int[] {MIB + 5, 5 * MIB, 8 * MIB + 10}) {
      byte[] data = new byte[Math.min(300_000, disk.length - from)];
      random.nextBytes(data);
      System.arraycopy(data, 0, disk, from, data.length);
    }
    return disk;
  }

  private Path qcow(byte[] disk) throws IOException, InterruptedException {
    Path raw = Files.write(folder.resolve("disk.raw"), disk);
    Path qcow = folder.resolve("disk.qcow2");
    run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, qcow);
    return qcow;
  }

  private void run(Object... command) throws IOException, InterruptedException {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).directory(folder.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
  }
}
