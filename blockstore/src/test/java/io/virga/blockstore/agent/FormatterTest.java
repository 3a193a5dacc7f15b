package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.VolumeInfo;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource.Format;
import io.virga.dataplane.desired.VolumeSource.Formatted;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.DesiredViews;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are formatted when they are made, looked at with the distribution's tools. */
@Timeout(60)
class FormatterTest {

  private static final int SIZE = 24 << 20;
  private static final Formatted EPHEMERAL = new Formatted(Format.EXT4, "ephemeral0");

  @TempDir Path directory;

  private volatile DesiredView view = DesiredView.nothing();
  private TestNode node;
  private VolumeWork work;

  @BeforeEach
  void open() throws Exception {
    node = TestNode.open(directory, 64);
    work =
        new VolumeWork(
            new Pools(List.of(node.pool()), List.of()),
            new ExportDoors(node.exports(), node.loop(), TestNode.HOST),
            new Formatter(directory.resolve("format")),
            () -> view,
            new Observations("here", Map.of(), state -> {}));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @Test
  void makesAFileSystemThatFillsTheVolume() throws Exception {
    bringAbout(spec(EPHEMERAL, SIZE));
    Path disk = contents();
    assertThat(run("/sbin/e2fsck", "-fn", disk.toString())).contains("ephemeral0:");
    assertThat(run("/sbin/blkid", "-o", "export", disk.toString()))
        .contains("TYPE=ext4", "LABEL=ephemeral0");
    assertThat(run("/sbin/dumpe2fs", "-h", disk.toString()))
        .containsPattern("Block count: +" + SIZE / 1024);
    assertThat(names()).containsExactly("v1");
  }

  @Test
  void makesSomethingToSwapTo() throws Exception {
    bringAbout(spec(new Formatted(Format.SWAP, ""), SIZE));
    assertThat(run("/sbin/blkid", "-p", "-o", "export", contents().toString()))
        .contains("TYPE=swap");
  }

  @Test
  void beginsAnewWhereAKillHasLeftADraft() throws Exception {
    String draft = Formatter.draft("v1");
    node.pool().create(draft, SIZE).get(20, TimeUnit.SECONDS);
    byte[] garbage = new byte[1 << 20];
    Arrays.fill(garbage, (byte) 0x55);
    assertThat(
            Volumes.startWrite(node, VolumeKind.VOLUME, draft, 0, garbage)
                .get(20, TimeUnit.SECONDS))
        .isEqualTo(Outcome.OK);
    bringAbout(spec(EPHEMERAL, SIZE));
    assertThat(run("/sbin/e2fsck", "-fn", contents().toString())).contains("ephemeral0:");
    assertThat(names()).containsExactly("v1");
    node.pool().create(draft, SIZE).get(20, TimeUnit.SECONDS);
    bringAbout(spec(EPHEMERAL, SIZE, Presence.ABSENT));
    assertThat(names()).isEmpty();
  }

  @Test
  void isFormattedOnceAlone() throws Exception {
    bringAbout(spec(EPHEMERAL, SIZE));
    byte[] written = "mine".getBytes(StandardCharsets.US_ASCII);
    Volumes.startWrite(node, VolumeKind.VOLUME, "v1", 0, written).get(20, TimeUnit.SECONDS);
    bringAbout(spec(EPHEMERAL, 2 * SIZE));
    assertThat(Volumes.read(node, VolumeKind.VOLUME, "v1", 0, 4)).isEqualTo(written);
  }

  private void bringAbout(VolumeSpec spec) throws Exception {
    view = DesiredViews.of(spec);
    work.reconcile(new VolumeWork.Thing(Kind.VOLUME, spec.id()));
  }

  private List<String> names() throws Exception {
    return node.pool().list().get(20, TimeUnit.SECONDS).stream().map(VolumeInfo::name).toList();
  }

  private Path contents() throws Exception {
    return Files.write(
        directory.resolve("disk"), Volumes.read(node, VolumeKind.VOLUME, "v1", 0, SIZE));
  }

  /** What a program says that must end well. */
  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static VolumeSpec spec(Formatted how, long sizeBytes) {
    return spec(how, sizeBytes, Presence.PRESENT);
  }

  private static VolumeSpec spec(Formatted how, long sizeBytes, Presence presence) {
    return new VolumeSpec(
        "v1", 1, presence, sizeBytes, how, List.of(), Optional.empty(), Optional.empty());
  }
}
