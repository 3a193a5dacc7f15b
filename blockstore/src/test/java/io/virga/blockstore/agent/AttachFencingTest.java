package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.FaultyNode;
import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IoLimits;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client of an attachment that is over, while the volume is another's: over the connection that
 * it has kept, and over a new one by the name that it still knows.
 */
@Timeout(60)
class AttachFencingTest {

  private static final String OLD = "v1.1";
  private static final String NEW = "v1.2";
  private static final byte MINE = 0x22;
  private static final byte STALE = 0x11;
  private static final IoLimits A_BYTE_A_SECOND =
      new IoLimits(
          IoLimits.Rate.NONE,
          IoLimits.Rate.NONE,
          IoLimits.Rate.NONE,
          new IoLimits.Rate(1, 0),
          IoLimits.Rate.NONE,
          IoLimits.Rate.NONE);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aKeptConnectionGetsNothing(String transport) throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD, IoLimits.NONE);
      try (OldConnection old = OldConnection.to(address(transport, node))) {
        assertThat(old.go(OLD)).isZero();
        assertThat(old.writes(0, STALE)).as("while it is attached").isTrue();
        attach(doors, node, NEW, IoLimits.NONE);
        try (OldConnection mine = OldConnection.to(address(transport, node))) {
          assertThat(mine.go(NEW)).isZero();
          assertThat(mine.writes(0, MINE)).isTrue();
          assertThat(old.writes(0, STALE)).isFalse();
          assertThat(firstByte(node)).isEqualTo(MINE);
          assertThat(mine.writes(4096, MINE)).as("the new one goes on").isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aNewConnectionByTheOldNameIsRefused(String transport) throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD, IoLimits.NONE);
      attach(doors, node, NEW, IoLimits.NONE);
      try (OldConnection replayed = OldConnection.to(address(transport, node))) {
        assertThat(replayed.go(OLD)).as("NBD_REP_ERR_UNKNOWN").isEqualTo(0x80000006);
        assertThat(replayed.list()).as("of the new one only").isEqualTo(1);
        assertThat(replayed.exportName(OLD)).isFalse();
      }
      detach(doors, node);
      try (OldConnection replayed = OldConnection.to(address(transport, node))) {
        assertThat(replayed.go(OLD)).isEqualTo(0x80000006);
        assertThat(replayed.go(NEW)).isEqualTo(0x80000006);
        assertThat(replayed.list()).isZero();
      }
    }
  }

  @Test
  void aWriteThatWaitsForTheLimitNeverReachesTheNextAttachment() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD, A_BYTE_A_SECOND);
      try (OldConnection old = OldConnection.to(address("unix", node))) {
        assertThat(old.go(OLD)).isZero();
        assertThat(old.writes(4096, STALE)).as("it pays for the next").isTrue();
        old.sendWrite(0, STALE);
        old.flush();
        attach(doors, node, NEW, IoLimits.NONE);
        assertThat(firstByte(node)).isZero();
        assertThat(old.writes(0, STALE)).isFalse();
        assertThat(firstByte(node)).isZero();
      }
    }
  }

  @Test
  void aWriteThatIsInFlightEndsBeforeTheNextAttachmentIsReady() throws Exception {
    try (FaultyNode faulty = FaultyNode.open(directory)) {
      TestNode node = faulty.node();
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD, IoLimits.NONE);
      try (OldConnection old = OldConnection.to(address("unix", node))) {
        assertThat(old.go(OLD)).isZero();
        CompletableFuture<Outcome> stuck = faulty.stuckWrite();
        old.sendWrite(0, STALE);
        faulty.settle();
        CompletableFuture<Boolean> ready = set(doors, node, List.of(NEW), IoLimits.NONE);
        faulty.settle();
        assertThat(ready).isNotDone();
        faulty.unstick();
        assertThat(ready.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(stuck).isDone();
      }
      try (OldConnection mine = OldConnection.to(address("unix", node))) {
        assertThat(mine.go(NEW)).isZero();
        assertThat(mine.writes(0, MINE)).isTrue();
        assertThat(firstByte(node)).isEqualTo(MINE);
      }
    }
  }

  private SocketAddress address(String transport, TestNode node) {
    return transport.equals("unix")
        ? UnixDomainSocketAddress.of(directory.resolve("nbd.sock"))
        : new InetSocketAddress("127.0.0.1", node.port());
  }

  private static void attach(ExportDoors doors, TestNode node, String name, IoLimits limits)
      throws Exception {
    assertThat(set(doors, node, List.of(name), limits).get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void detach(ExportDoors doors, TestNode node) throws Exception {
    assertThat(doors.closeAll(node.pool(), "v1").get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static CompletableFuture<Boolean> set(
      ExportDoors doors, TestNode node, List<String> names, IoLimits limits) {
    List<ExportSpec> exports =
        names.stream().map(name -> new ExportSpec(name, epoch(name), false)).toList();
    return doors.set(node.pool(), "v1", exports, limits);
  }

  private static long epoch(String name) {
    return Long.parseLong(name.substring(name.indexOf('.') + 1));
  }

  private static byte firstByte(TestNode node) throws Exception {
    return Volumes.read(node, VolumeKind.VOLUME, "v1", 0, 1)[0];
  }
}
