package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.tls.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Calls over mutual TLS. */
@ExtendWith(LeakWatch.class)
@Timeout(180)
class PeerTlsTest {

  @TempDir Path directory;

  private TestPeers peers(PeerSecurity server, PeerSecurity client) {
    return new TestPeers(server, client, Limits.DEFAULT);
  }

  private TestPeers peers() {
    TestAuthority authority = new TestAuthority(directory);
    return peers(security(authority, "objectstore", "s"), security(authority, "objectstore", "c"));
  }

  private static PeerSecurity security(TestAuthority authority, String service, String host) {
    return PeerSecurity.mutualTls(authority.identity(service, host));
  }

  @Test
  void carriesSmallCallsAndStreams() {
    try (TestPeers peers = peers()) {
      for (int length : new int[] {0, 1, 4096, 3 << 20}) {
        Reply reply =
            TestPeers.get(
                peers.call(TestPeers.ECHO, new byte[10], Body.of(TestPeers.zeros(length))));
        int echoed = TestPeers.get(reply.body().map(PeerTlsTest::taken).reduce(0, Integer::sum));
        assertThat(echoed).isEqualTo(length);
      }
      TestPeers.eventually(() -> peers.server().calls() == 0);
    }
  }

  @Test
  void refusesAClientThatIsNoObjectStore() {
    TestAuthority authority = new TestAuthority(directory);
    try (TestPeers peers =
        peers(security(authority, "objectstore", "s"), security(authority, "compute-agent", "c"))) {
      assertUnreachable(peers, "certificate of the service compute-agent: expected objectstore");
    }
  }

  @Test
  void refusesAServerThatIsNoObjectStore() {
    TestAuthority authority = new TestAuthority(directory);
    try (TestPeers peers =
        peers(security(authority, "control", "s"), security(authority, "objectstore", "c"))) {
      assertUnreachable(peers, "TLS: ");
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    TestAuthority other = new TestAuthority(Files.createDirectory(directory.resolve("other")));
    TestAuthority authority = new TestAuthority(directory);
    try (TestPeers peers =
        peers(security(authority, "objectstore", "s"), security(other, "objectstore", "c"))) {
      assertUnreachable(peers, "TLS: ");
    }
  }

  @Test
  void refusesAClientWithoutTls() {
    TestAuthority authority = new TestAuthority(directory);
    try (TestPeers peers = peers(security(authority, "objectstore", "s"), new PlainLoopback("c"))) {
      assertUnreachable(peers, "cannot be reached");
    }
  }

  private static void assertUnreachable(TestPeers peers, String reason) {
    assertThatThrownBy(
            () -> peers.call(TestPeers.ECHO, new byte[0], Body.NONE).block(TestPeers.PATIENCE))
        .isInstanceOf(PeerFailure.Unreachable.class)
        .hasMessageContaining(reason);
    assertThat(peers.server().calls()).isZero();
  }

  private static int taken(ByteBuf piece) {
    int length = piece.readableBytes();
    piece.release();
    return length;
  }
}
