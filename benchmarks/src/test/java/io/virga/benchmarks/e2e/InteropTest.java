package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import org.junit.jupiter.api.Test;

/** What the OpenStack interop guideline requires, by the tests that it names. */
@EndToEnd
class InteropTest {

  @Test
  void isPoweredStorage(Cloud cloud) {
    Shell.Result tempest = cloud.virga("test", "interop", "storage");
    assertThat(tempest.exitCode()).as(tempest.out() + tempest.err()).isZero();
    assertThat(tempest.out()).contains(" - Skipped: 0", " - Failed: 0");
  }
}
