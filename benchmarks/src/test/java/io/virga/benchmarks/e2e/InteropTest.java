package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the OpenStack interop guideline requires, by the tests that it names. */
@EndToEnd
class InteropTest {

  private static final Path LIST =
      Path.of(System.getProperty("virga.root"), "docs", "interop", "storage.txt");

  @Test
  void isPoweredStorage(Cloud cloud) throws IOException {
    long named = Files.readAllLines(LIST).stream().distinct().count();
    Shell.Result tempest = cloud.virga("test", "interop", "storage");
    assertThat(tempest.exitCode()).as(tempest.out() + tempest.err()).isZero();
    assertThat(tempest.out()).contains(" - Passed: " + named, " - Skipped: 0", " - Failed: 0");
  }
}
