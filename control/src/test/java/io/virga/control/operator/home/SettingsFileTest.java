package io.virga.control.operator.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsFileTest {

  @TempDir private Path folder;

  @Test
  void anEditedKeyStaysAndTheOthersFollowTheDefaults() {
    Map<String, String> merged =
        SettingsFile.merge(
            Map.of("virga.a", "1", "virga.b", "1", "virga.gone", "1"),
            Map.of("virga.a", "2", "virga.b", "2", "virga.new", "2"),
            Map.of("virga.a", "1", "virga.b", "mine", "virga.gone", "1", "virga.added", "mine"));
    assertThat(merged)
        .isEqualTo(
            Map.of("virga.a", "2", "virga.b", "mine", "virga.new", "2", "virga.added", "mine"));
  }

  @Test
  void aKeyThatTheOperatorRemovedStaysAway() {
    assertThat(SettingsFile.merge(Map.of("virga.a", "1"), Map.of("virga.a", "2"), Map.of()))
        .isEmpty();
  }

  @Test
  void writesNothingWhenNothingChanges() throws Exception {
    Path file = folder.resolve("control.properties");
    SettingsFile settings = new SettingsFile(file);
    settings.update(Map.of("virga.a", "C:\\1", "virga.b", "a=b c"));
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(file, old);
    settings.update(Map.of("virga.a", "C:\\1", "virga.b", "a=b c"));
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
  }
}
