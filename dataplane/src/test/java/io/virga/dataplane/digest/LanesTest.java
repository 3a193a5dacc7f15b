package io.virga.dataplane.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process has lanes when it was given the module, and goes without otherwise. */
class LanesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void worksWithAndWithoutTheModule(boolean isThere) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    if (isThere) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ManyDigests.class.getName());
    Path file = directory.resolve("output");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String output = Files.readString(file);
      assertThat(output).contains(isThere ? "state WARMING" : "state ABSENT");
      assertThat(output).contains("equal true").doesNotContain("Exception");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void givesNoLanesBeforeTheyAreWarm() {
    Lanes lanes = Lanes.detect();
    assertThat(lanes.state()).isEqualTo(Lanes.State.COLD);
    assertThat(lanes.kernels()).isEmpty();
    assertThat(lanes.state()).isNotEqualTo(Lanes.State.COLD);
  }
}
