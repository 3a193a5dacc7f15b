package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.Throttle;
import io.virga.blockstore.device.ThrottledBlockDevice;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.IoLimits.Rate;
import io.virga.dataplane.json.Json;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Limits of a volume, as fio sees them. */
@Tag("e2e")
@Timeout(180)
class VolumeLimitsTest {

  private static final int SECONDS = 4;

  @TempDir Path directory;

  @Test
  void fioReadsAsOftenAsItMayAlsoWhereNothingWasWritten() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      export(node, new IoLimits(rate(1000), none(), none(), none(), none(), none()));
      double iops = fio(node, "randread", "4k").at("/read/iops").asDouble();
      assertThat(iops).isBetween(900.0, 1100.0);
    }
  }

  @Test
  void fioWritesAsManyBytesAsItMay() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      export(node, new IoLimits(none(), none(), none(), none(), none(), rate(20 << 20)));
      double bytes = fio(node, "write", "256k").at("/write/bw_bytes").asDouble();
      assertThat(bytes / (20 << 20)).isBetween(0.9, 1.1);
    }
  }

  @Test
  void fioStaysConnectedWhileTheLimitChanges() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      Throttle throttle =
          export(node, new IoLimits(none(), none(), rate(500), none(), none(), none()));
      node.loop()
          .schedule(
              () ->
                  throttle.limit(new IoLimits(none(), none(), rate(1500), none(), none(), none())),
              SECONDS * 500L,
              TimeUnit.MILLISECONDS);
      JsonNode job = fio(node, "randwrite", "4k");
      assertThat(job.at("/write/iops").asDouble()).isBetween(850.0, 1200.0);
      assertThat(job.at("/error").asInt()).isZero();
    }
  }

  private static Throttle export(TestNode node, IoLimits limits) throws Exception {
    TestNode.expectOk(node.pool().create("v1", 64 << 20));
    return node.loop()
        .submit(
            () -> {
              Throttle throttle = new Throttle(node.loop());
              throttle.limit(limits);
              CheckedBlockDevice device =
                  new CheckedBlockDevice(
                      node.pool().device(VolumeKind.VOLUME, "v1").orElseThrow(),
                      node.loop(),
                      false);
              node.exports()
                  .open(
                      new Export(
                          "v1", "v1", new ThrottledBlockDevice(device, throttle), TestNode.HOST));
              return throttle;
            })
        .get(10, TimeUnit.SECONDS);
  }

  private static JsonNode fio(TestNode node, String pattern, String blockSize) throws Exception {
    String said =
        Tool.run(
            "fio",
            "--name=job",
            "--ioengine=nbd",
            "--uri=" + node.unixUri("v1"),
            "--rw=" + pattern,
            "--bs=" + blockSize,
            "--iodepth=16",
            "--time_based",
            "--runtime=" + SECONDS,
            "--output-format=json");
    return Json.mapper().readTree(said.substring(said.indexOf('{'))).at("/jobs/0");
  }

  private static Rate rate(long perSecond) {
    return new Rate(perSecond, 0);
  }

  private static Rate none() {
    return Rate.NONE;
  }
}
