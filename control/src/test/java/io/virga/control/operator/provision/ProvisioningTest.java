package io.virga.control.operator.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

final class ProvisioningTest {

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  @TempDir private Path folder;

  private static Path objects(Home home) {
    return home.rings().resolve(Rings.objectFile(0));
  }

  @Test
  void aSecondStartChangesNothing() throws IOException {
    Home home = provisioned(8700);
    Map<Path, String> before = contents(home);
    provisioned(8700);
    assertThat(contents(home)).isEqualTo(before);
  }

  @Test
  void nobodyElseReadsAnythingButPublicKeysAndTheRing() throws IOException {
    Home home = provisioned(8700);
    try (Stream<Path> files = Files.walk(home.root())) {
      for (Path file : files.filter(f -> !f.toString().matches(".*\\.(pub|ring)")).toList()) {
        assertThat(Files.getPosixFilePermissions(file))
            .as(file.toString())
            .doesNotContainAnyElementsOf(OTHERS);
      }
    }
  }

  @Test
  void noSettingsFileHoldsASecret() throws IOException {
    Home home = provisioned(8700);
    for (String secret : List.of("database-password", "admin-password", "demo-secret-key")) {
      String value = Files.readString(home.secret(secret)).strip();
      try (Stream<Path> files = Files.list(home.config())) {
        for (Path file : files.toList()) {
          assertThat(Files.readString(file)).as(file.toString()).doesNotContain(value);
        }
      }
    }
  }

  @Test
  void anotherBasePortReachesEverySettingAndClientFile() throws IOException {
    Home home = provisioned(8700);
    Files.writeString(
        home.settings("control"),
        Files.readString(home.settings("control"))
            .replace("virga.log.level=info", "virga.log.level=debug"));
    provisioned(9700);
    assertThat(home.settings("control"))
        .content()
        .contains("virga.control.listen=127.0.0.1:9700", "virga.log.level=debug");
    assertThat(home.settings("netagent")).content().contains("https://localhost:9701");
    assertThat(home.root().resolve("openrc-demo"))
        .content()
        .contains("OS_AUTH_URL=http://127.0.0.1:9700/identity/v3");
    assertThat(home.settings("objectstore"))
        .content()
        .contains("tls-listen=127.0.0.1:9711", "objectstore-api.crt", "objectstore-api.key");
    assertThat(home.root().resolve("s3.env")).content().contains("https://127.0.0.1:9711");
    assertThat(home.config().resolve("aws.conf"))
        .content()
        .contains("ca_bundle = " + home.pki().resolve("ca.crt"));
    assertThat(Provisioning.configuration(home).basePort()).isEqualTo(9700);
  }

  @Test
  void clientFilesCarryTheSecretsThatControlIsGiven() throws IOException {
    Home home = provisioned(8700);
    String password = Files.readString(home.secret("demo-password")).strip();
    String bootstrap = Files.readString(home.secret(Provisioning.BOOTSTRAP));
    assertThat(bootstrap).contains(password);
    Object clouds = new Yaml().load(Files.readString(home.root().resolve("clouds.yaml")));
    assertThat(clouds)
        .extracting("clouds")
        .extracting("virga-demo")
        .extracting("auth")
        .extracting("username", "password")
        .containsExactly("demo", password);
  }

  @Test
  void theShellReadsTheClientFiles() throws Exception {
    Home home = provisioned(8700);
    String script = ". ./openrc-demo && . ./s3.env && printf '%s ' $OS_USERNAME $AWS_ACCESS_KEY_ID";
    Process shell =
        new ProcessBuilder("sh", "-euc", script).directory(home.root().toFile()).start();
    String shown = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    String key = Files.readString(home.secret("demo-access-key")).strip();
    assertThat(shown).isEqualTo("demo " + key + " ");
  }

  @Test
  void forgetsThePidFilesOfAnEarlierBoot() throws IOException {
    Home home = provisioned(8700);
    Files.writeString(home.run().resolve("control.pid"), "1");
    Files.writeString(home.run().resolve("boot"), "another boot");
    provisioned(8700);
    assertThat(home.run().resolve("control.pid")).doesNotExist();
  }

  @Test
  void aHomeThatHasOnlyTheObjectsRingGetsCopiesOfIt() throws IOException {
    Home home = provisioned(8700);
    RingBuilder builder = RingBuilder.of(RingFile.read(objects(home)));
    builder.add(1, 2, "host-2", 8710, "d1", 100);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), objects(home));
    byte[] objects = Files.readAllBytes(objects(home));
    for (String newer : List.of("account.ring", "container.ring", "policies.json")) {
      Files.delete(home.rings().resolve(newer));
    }
    provisioned(8700);
    assertThat(objects(home)).hasBinaryContent(objects);
    Rings rings = Rings.open(home.rings());
    for (Ring ring : List.of(rings.account(), rings.container())) {
      assertThat(ring.devices()).isEqualTo(rings.object(0).devices());
      for (int partition = 0; partition < ring.partitions(); partition++) {
        assertThat(ring.devicesOf(partition)).isEqualTo(rings.object(0).devicesOf(partition));
      }
    }
    assertThat(rings.policies()).isEqualTo(StoragePolicies.INITIAL);
  }

  @Test
  void aHomeOfTheFirstVersionComesAlong() throws IOException {
    Home home = provisioned(8700);
    try (DirectoryStream<Path> rings = Files.newDirectoryStream(home.rings())) {
      for (Path file : rings) {
        Files.delete(file);
      }
    }
    Files.write(objects(home), firstFormat());
    provisioned(8700);
    Rings rings = Rings.open(home.rings());
    assertThat(rings.account().devicesOf(0)).extracting(RingDevice::name).containsExactly("d1");
    assertThat(rings.container().devices()).isEqualTo(rings.object(0).devices());
  }

  /** A ring file as it was before there were several rings. */
  private static byte[] firstFormat() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream file = new DataOutputStream(bytes);
    file.writeInt(0x56524E47);
    file.writeInt(1);
    file.writeLong(1);
    for (int number : new int[] {0, 1, 1, 0, 1, 1}) {
      file.writeInt(number);
    }
    file.writeUTF("host-1");
    file.writeInt(8710);
    file.writeUTF("d1");
    file.writeDouble(100);
    file.writeChar(0);
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    file.writeInt((int) crc.getValue());
    return bytes.toByteArray();
  }

  private Home provisioned(int basePort) {
    Home home = Home.at(folder.resolve("cloud"));
    CloudConfiguration cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "host-1",
            basePort,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom()).run();
    return home;
  }

  private static Map<Path, String> contents(Home home) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}
