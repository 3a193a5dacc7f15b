package io.virga.control.operator.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
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
