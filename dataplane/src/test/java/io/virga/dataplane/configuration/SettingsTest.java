package io.virga.dataplane.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir Path directory;

  private enum Colour {
    DEEP_RED,
    BLUE
  }

  private Settings load(String text, Map<String, String> environment) throws Exception {
    return Settings.load(Files.writeString(directory.resolve("x.properties"), text), environment);
  }

  @Test
  void readsEveryType() throws Exception {
    Settings settings =
        load(
            """
            virga.x.text = hello
            virga.x.path=/tmp/a
            virga.x.number=42
            virga.x.size=64MiB
            virga.x.time=500ms
            virga.x.listen=[::1]:8710
            virga.x.on=true
            virga.x.colour=deep-red
            """,
            Map.of());
    assertThat(settings.text("virga.x.text")).isEqualTo("hello");
    assertThat(settings.path("virga.x.path")).isEqualTo(Path.of("/tmp/a"));
    assertThat(settings.integer("virga.x.number", 1, 42)).isEqualTo(42);
    assertThat(settings.size("virga.x.size")).isEqualTo(DataSize.ofMebibytes(64));
    assertThat(settings.duration("virga.x.time")).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.hostPort("virga.x.listen")).isEqualTo(new HostPort("::1", 8710));
    assertThat(settings.flag("virga.x.on")).isTrue();
    assertThat(settings.choice("virga.x.colour", Colour.class)).isEqualTo(Colour.DEEP_RED);
    assertThat(settings.choice("virga.x.other", Colour.BLUE)).isEqualTo(Colour.BLUE);
    assertThat(settings.integer("virga.x.absent", 1, 9, 7)).isEqualTo(7);
    settings.refuseUnknown();
  }

  @Test
  void refusesAnUnknownKeyAndNamesTheNearest() throws Exception {
    Settings settings = load("virga.x.lisen=1.2.3.4:5\nvirga.x.other=1", Map.of());
    settings.text("virga.x.other");
    settings.hostPort("virga.x.listen", new HostPort("localhost", 1));
    assertThatThrownBy(settings::refuseUnknown)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("virga.x.lisen")
        .hasMessageContaining("1.2.3.4:5")
        .hasMessageContaining("nearest known key is virga.x.listen");
  }

  @Test
  void namesKeyValueAndWhatIsAccepted() throws Exception {
    Settings settings =
        load("virga.x.number=43\nvirga.x.size=64MB\nvirga.x.time=5\nvirga.x.c=red", Map.of());
    assertThatThrownBy(() -> settings.integer("virga.x.number", 1, 42))
        .hasMessageContaining("virga.x.number = '43'")
        .hasMessageContaining("from 1 to 42");
    assertThatThrownBy(() -> settings.size("virga.x.size")).hasMessageContaining("MiB");
    assertThatThrownBy(() -> settings.duration("virga.x.time")).hasMessageContaining("unit");
    assertThatThrownBy(() -> settings.choice("virga.x.c", Colour.BLUE))
        .hasMessageContaining("deep_red, blue");
    assertThatThrownBy(() -> settings.text("virga.x.absent"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("virga.x.absent")
        .hasMessageContaining("VIRGA_X_ABSENT");
  }

  @Test
  void letsTheEnvironmentOverrideDeclaredKeysOnly() throws Exception {
    Settings settings =
        load(
            "virga.x.time-out=1s",
            Map.of("VIRGA_X_TIME_OUT", "2s", "VIRGA_UNKNOWN", "1", "PATH", "/bin"));
    assertThat(settings.duration("virga.x.time-out")).isEqualTo(Duration.ofSeconds(2));
    settings.refuseUnknown();
  }

  @Test
  void refusesASecretThatOthersMayRead() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    Settings open = load("virga.x.key-file=" + secret, Map.of());
    assertThatThrownBy(() -> open.secretFile("virga.x.key-file"))
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining("s3cret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertThat(open.secretFile("virga.x.key-file").read()).isEqualTo("s3cret");
  }

  @Test
  void writesSizesAsTheyAreRead() {
    for (long bytes : new long[] {0, 1, 1023, 1024, 4096, 1 << 20, 3L << 30, 5L << 40, 12345}) {
      assertThat(DataSize.parse(new DataSize(bytes).toString())).isEqualTo(new DataSize(bytes));
    }
    assertThatThrownBy(() -> DataSize.parse("99999999999TiB")).hasMessageContaining("below");
  }

  @Test
  void knowsEditDistance() {
    assertThat(NearestKey.editDistance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestKey.editDistance("", "abc")).isEqualTo(3);
    assertThat(NearestKey.editDistance("abc", "abc")).isZero();
  }
}
