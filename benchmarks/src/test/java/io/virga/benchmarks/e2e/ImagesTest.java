package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that go through volumes, with the stock client. */
@EndToEnd
class ImagesTest {

  private static final int MIB = 1 << 20;
  private static final int GIBIBYTE = 1 << 30;

  @Test
  void anImageOfAVolumeHoldsWhatTheVolumeWasMadeOf(Cloud cloud, @TempDir Path files)
      throws IOException {
    byte[] disk = new byte[12 * MIB];
    new Random(1).nextBytes(disk);
    Arrays.fill(disk, 3 * MIB, 9 * MIB, (byte) 0);
    Path sent = Files.write(files.resolve("sent"), disk);
    Path received = files.resolve("received");
    Shell demo = cloud.demo();
    demo.run(
        "openstack",
        "image",
        "create",
        "through",
        "--disk-format",
        "raw",
        "--file",
        sent.toString());
    demo.run("openstack", "volume", "create", "--image", "through", "--size", "1", "between");
    await(demo, "volume", "between", "available");
    demo.run("openstack", "image", "create", "--volume", "between", "copied");
    await(demo, "image", "copied", "active");
    await(demo, "volume", "between", "available");
    demo.run("openstack", "image", "save", "copied", "--file", received.toString());
    try (InputStream in = Files.newInputStream(received)) {
      assertThat(in.readNBytes(disk.length)).isEqualTo(disk);
      byte[] zeros = new byte[MIB];
      for (int mebibyte = disk.length / MIB; mebibyte < GIBIBYTE / MIB; mebibyte++) {
        assertThat(Arrays.equals(in.readNBytes(MIB), zeros)).as("MiB %d", mebibyte).isTrue();
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    demo.run("openstack", "volume", "delete", "between");
    demo.run("openstack", "image", "delete", "through", "copied");
  }

  private static void await(Shell demo, String kind, String name, String status) {
    Eventually.isTrue(
        name + " is " + status,
        () ->
            demo.run("openstack", kind, "show", name, "-f", "value", "-c", "status")
                .strip()
                .equals(status));
  }
}
