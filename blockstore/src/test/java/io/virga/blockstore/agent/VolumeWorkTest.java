package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.dataplane.watch.ObservedState;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is desired of a volume, brought about on a real pool behind a real NBD server. */
@Timeout(60)
class VolumeWorkTest {

  private static final byte FIRST = 0x11;
  private static final byte SECOND = 0x22;
  private static final byte THIRD = 0x33;
  private static final SnapshotSpec SNAPSHOT = new SnapshotSpec("s1", 1, Presence.PRESENT, "v1");

  @TempDir Path directory;

  private final List<ObservedState> observed = Collections.synchronizedList(new ArrayList<>());
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
            new Observations("here", Map.of(), observed::add));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @Test
  void revertsOnceForEachRequestBehindWhoWasAttachedBefore() throws Exception {
    bringAbout(volume(1, "v1.1"));
    try (OldConnection first = connect("v1.1")) {
      assertThat(first.writes(0, FIRST)).isTrue();
      bringAbout(SNAPSHOT, volume(1, "v1.1"));
      assertThat(first.writes(0, SECOND)).isTrue();

      VolumeSpec reverted = reverting(3, 3);
      bringAbout(SNAPSHOT, reverted);
      assertThat(firstByte()).isEqualTo(FIRST);
      assertThat(observed.getLast().generation()).isEqualTo(3);
      assertThat(first.writes(0, SECOND)).as("it was put out").isFalse();
      assertThat(firstByte()).isEqualTo(FIRST);

      bringAbout(SNAPSHOT, reverting(4, 3, "v1.2"));
      try (OldConnection next = connect("v1.2")) {
        assertThat(next.writes(0, THIRD)).isTrue();
        bringAbout(SNAPSHOT, reverting(4, 3, "v1.2"));
        bringAbout(reverting(4, 3, "v1.2"));
        assertThat(next.writes(4096, THIRD)).as("nobody was put out").isTrue();
      }
      bringAbout(SNAPSHOT, reverted);
      assertThat(firstByte()).as("an old request asks for nothing").isEqualTo(THIRD);
      bringAbout(SNAPSHOT, reverting(5, 5));
      assertThat(firstByte()).isEqualTo(FIRST);
    }
  }

  @Test
  void otherLimitsHoldForWhoIsConnected() throws Exception {
    bringAbout(limited(1, 1));
    try (OldConnection client = connect("v1.1")) {
      assertThat(client.writes(0, FIRST)).as("it pays for the next").isTrue();
      client.sendWrite(0, SECOND);
      client.flush();
      assertThat(firstByte()).as("the write waits").isEqualTo(FIRST);
      bringAbout(limited(2, 1 << 30));
      assertThat(client.error()).isZero();
      assertThat(firstByte()).isEqualTo(SECOND);
    }
  }

  private void bringAbout(DesiredState... things) throws Exception {
    view = DesiredViews.of(things);
    for (Kind kind : List.of(Kind.SNAPSHOT, Kind.VOLUME)) {
      for (String id : view.of(kind).keySet()) {
        work.reconcile(new VolumeWork.Thing(kind, id));
      }
    }
  }

  private OldConnection connect(String name) throws Exception {
    OldConnection connection =
        OldConnection.to(UnixDomainSocketAddress.of(directory.resolve("nbd.sock")));
    assertThat(connection.go(name)).isZero();
    return connection;
  }

  private byte firstByte() throws Exception {
    return Volumes.read(node, VolumeKind.VOLUME, "v1", 0, 1)[0];
  }

  private static VolumeSpec volume(long generation, String... exports) {
    return spec(generation, Optional.empty(), Optional.empty(), exports);
  }

  private static VolumeSpec reverting(long generation, long request, String... exports) {
    return spec(
        generation, Optional.of(new VolumeSpec.Revert("s1", request)), Optional.empty(), exports);
  }

  private static VolumeSpec limited(long generation, long bytes) {
    IoLimits.Rate none = IoLimits.Rate.NONE;
    IoLimits limits = new IoLimits(none, none, none, none, none, new IoLimits.Rate(bytes, 0));
    return spec(generation, Optional.empty(), Optional.of(limits), "v1.1");
  }

  private static VolumeSpec spec(
      long generation,
      Optional<VolumeSpec.Revert> revert,
      Optional<IoLimits> limits,
      String... exports) {
    return new VolumeSpec(
        "v1",
        generation,
        Presence.PRESENT,
        8 << 20,
        new VolumeSource.Blank(),
        List.of(exports).stream()
            .map(name -> new ExportSpec(name, Long.parseLong(name.substring(3)), false))
            .toList(),
        revert,
        limits);
  }
}
