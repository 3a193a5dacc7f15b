package io.virga.blockstore.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where RocksDB's native part is while a process runs. */
@Timeout(60)
class NativeLibraryTest {

  private static final int KILLED = 9;

  @TempDir Path home;

  /** Opens a catalogue and ends without any clean-up. */
  public static final class Killed {

    private Killed() {}

    public static void main(String[] arguments) throws IOException {
      RocksCatalogue catalogue = RocksCatalogue.open(Path.of(arguments[0]));
      catalogue.get(Catalogue.Table.VOLUME, 1);
      Runtime.getRuntime().halt(KILLED);
    }
  }

  @Test
  void aKilledProcessLeavesNoLibraryBehind() throws Exception {
    Path temporary = Files.createDirectories(home.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                home.resolve("catalogue").toString())
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(KILLED);
    } finally {
      process.destroyForcibly();
    }
    assertThat(temporary).isEmptyDirectory();
    assertThat(home.resolve("catalogue")).isDirectoryNotContaining("glob:**rocksdbjni**");
  }
}
