package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IoLimits;
import io.virga.dataplane.desired.IscsiAccess;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An initiator of an attachment that is over, while the volume is another's: in the session that it
 * has kept, and in new ones by the names and the account that it still knows.
 */
@Timeout(60)
class IscsiFencingTest {

  private static final int AUTHENTICATION_FAILURE = 0x0201;
  private static final int NOT_FOUND = 0x0203;
  private static final String HOST = "iqn.2026-11.example:host";
  private static final Attached OLD = new Attached("v1.1", 1, "old-user", "the-old-secret-of-it");
  private static final Attached NEW = new Attached("v1.2", 2, "new-user", "the-new-secret-of-it");
  private static final byte MINE = 0x22;
  private static final byte STALE = 0x11;

  @TempDir Path directory;

  /** An attachment. */
  private record Attached(String name, long epoch, String user, String secret) {

    ExportSpec export() {
      return new ExportSpec(
          name,
          epoch,
          false,
          Optional.empty(),
          Optional.of(new IscsiAccess(user, secret, Optional.of(HOST))));
    }

    String target() {
      return IscsiAccess.target(name);
    }
  }

  @Test
  void aKeptSessionGetsNothing() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD);
      try (OldInitiator old = OldInitiator.to(node.portal(), HOST)) {
        assertThat(old.login(OLD.target(), OLD.user, OLD.secret)).isZero();
        assertThat(old.writes(0, STALE)).as("while it is attached").isTrue();
        attach(doors, node, NEW);
        try (OldInitiator mine = OldInitiator.to(node.portal(), HOST)) {
          assertThat(mine.login(NEW.target(), NEW.user, NEW.secret)).isZero();
          assertThat(mine.writes(0, MINE)).isTrue();
          assertThat(old.writes(0, STALE)).isFalse();
          assertThat(firstByte(node)).isEqualTo(MINE);
          assertThat(mine.writes(4096, MINE)).as("the new one goes on").isTrue();
        }
      }
    }
  }

  @Test
  void aNewSessionByWhatItKnowsIsRefused() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      ExportDoors doors = new ExportDoors(node.exports(), node.loop(), TestNode.HOST);
      attach(doors, node, OLD);
      assertThat(discover(node, OLD)).containsExactly(OLD.target());
      attach(doors, node, NEW);
      assertThat(login(node, OLD.target(), OLD)).isEqualTo(NOT_FOUND);
      assertThat(login(node, NEW.target(), OLD)).isEqualTo(AUTHENTICATION_FAILURE);
      assertThat(discover(node, OLD)).isEmpty();
      assertThat(discover(node, NEW)).containsExactly(NEW.target());
      assertThat(doors.closeAll(node.pool(), "v1").get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(login(node, NEW.target(), NEW)).isEqualTo(NOT_FOUND);
    }
  }

  @Test
  void anExportOverIscsiIsNotOpenedOverNbd() throws Exception {
    try (TestNode node = TestNode.open(directory, 64)) {
      TestNode.expectOk(node.pool().create("v1", 8 << 20));
      attach(new ExportDoors(node.exports(), node.loop(), TestNode.HOST), node, OLD);
      InetSocketAddress nbd = new InetSocketAddress("127.0.0.1", node.port());
      try (OldConnection other = OldConnection.to(nbd)) {
        assertThat(other.go(OLD.name)).as("NBD_REP_ERR_UNKNOWN").isEqualTo(0x80000006);
        assertThat(other.list()).isZero();
      }
    }
  }

  private static int login(TestNode node, String target, Attached as) throws Exception {
    try (OldInitiator replayed = OldInitiator.to(node.portal(), HOST)) {
      return replayed.login(target, as.user, as.secret);
    }
  }

  private static List<String> discover(TestNode node, Attached as) throws Exception {
    try (OldInitiator replayed = OldInitiator.to(node.portal(), HOST)) {
      return replayed.discover(as.user, as.secret);
    }
  }

  private static void attach(ExportDoors doors, TestNode node, Attached attached) throws Exception {
    List<ExportSpec> exports = List.of(attached.export());
    assertThat(doors.set(node.pool(), "v1", exports, IoLimits.NONE).get(10, TimeUnit.SECONDS))
        .isTrue();
  }

  private static byte firstByte(TestNode node) throws Exception {
    return Volumes.read(node, VolumeKind.VOLUME, "v1", 0, 1)[0];
  }
}
