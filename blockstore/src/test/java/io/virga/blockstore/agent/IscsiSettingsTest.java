package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.blockstore.iscsi.ChapAccount;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To whom volumes are offered over iSCSI. */
class IscsiSettingsTest {

  private static final String PREFIX = "virga.blockstore.iscsi-";

  @TempDir Path directory;

  private String secret(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }

  private static IscsiSettings read(Map<String, String> values) {
    return IscsiSettings.read(Settings.of(values));
  }

  @Test
  void isOffUnlessAsked() {
    assertThat(read(Map.of()).listen()).isEmpty();
  }

  @Test
  void initiatorsAreToldWhereItListensOrWhatTheOperatorSays() {
    Map<String, String> values = new HashMap<>(Map.of(PREFIX + "listen", "127.0.0.1:3260"));
    assertThat(read(values).portal()).contains(new HostPort("127.0.0.1", 3260));
    values.put(PREFIX + "portal", "10.0.0.7:3260");
    assertThat(read(values).portal()).contains(new HostPort("10.0.0.7", 3260));
    assertThat(read(Map.of(PREFIX + "portal", "10.0.0.7:3260")).portal()).isEmpty();
    assertThatThrownBy(() -> read(Map.of(PREFIX + "listen", "0.0.0.0:3260")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("iscsi-portal");
  }

  @Test
  void anAccountOfTheOperatorsIsReadFromItsFile() throws Exception {
    IscsiSettings settings =
        read(
            Map.of(
                PREFIX + "listen",
                "127.0.0.1:3260",
                PREFIX + "chap-user",
                "me",
                PREFIX + "chap-secret-file",
                secret("hunter2hunter2\n")));

    ChapAccount account = settings.account().orElseThrow();
    assertThat(account.user()).isEqualTo("me");
    assertThat(account.secret().bytes()).hasSize(14);
    assertThat(account.toString()).doesNotContain("hunter2");
  }

  @Test
  void aShortSecretIsRefusedAndNotTold() throws Exception {
    String file = secret("hunter2");

    assertThatThrownBy(
            () -> read(Map.of(PREFIX + "chap-user", "me", PREFIX + "chap-secret-file", file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> read(Map.of(PREFIX + "chap-user", "me")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("go together");
  }
}
