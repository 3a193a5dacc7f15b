package io.virga.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerIdentityTest {

  @TempDir Path directory;
  private TestAuthority authority;

  @BeforeEach
  void makeAuthority() {
    authority = new TestAuthority(directory);
  }

  @Test
  void readsItsOwnNameFromTheSettings() {
    Settings settings = Settings.of(authority.settings("netagent", "h7"));
    ProcessIdentity identity = ProcessIdentity.load(settings);
    assertThat(identity.self()).isEqualTo(new PeerIdentity("netagent", "h7"));
    settings.refuseUnknown();
  }

  @Test
  void refusesAKeyThatOthersMayReadAndAFileThatIsNoKey() throws Exception {
    Map<String, String> settings = new HashMap<>(authority.settings("netagent", "h7"));
    Path key = Path.of(String.valueOf(settings.get("virga.tls.key-file")));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> ProcessIdentity.load(Settings.of(settings)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("chmod 600");
    Path other = Files.writeString(directory.resolve("other"), "nothing");
    assertThatThrownBy(() -> ProcessIdentity.load(other, other, other))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void knowsBothEndsOfAConnection() throws Exception {
    ProcessIdentity control = authority.identity("control", "h0");
    ProcessIdentity agent = authority.identity("blockstore", "h1");
    SSLEngine server = control.serverContext().newEngine(ByteBufAllocator.DEFAULT);
    SSLEngine client =
        agent.clientContext("control").newEngine(ByteBufAllocator.DEFAULT, "localhost", 1);
    handshake(client, server);
    assertThat(PeerIdentity.of(server.getSession())).contains(new PeerIdentity("blockstore", "h1"));
    assertThat(PeerIdentity.of(client.getSession())).contains(new PeerIdentity("control", "h0"));
  }

  @Test
  void refusesAServerOfAnotherServiceHostOrAuthority() throws Exception {
    ProcessIdentity agent = authority.identity("blockstore", "h1");
    ProcessIdentity objectstore = authority.identity("objectstore", "h0");
    assertThatThrownBy(() -> connect(agent, "localhost", objectstore))
        .isInstanceOf(SSLException.class);
    ProcessIdentity control = authority.identity("control", "h0");
    assertThatThrownBy(() -> connect(agent, "elsewhere.example", control))
        .isInstanceOf(SSLException.class);
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    ProcessIdentity stranger = new TestAuthority(foreign).identity("control", "h0");
    assertThatThrownBy(() -> connect(agent, "localhost", stranger))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> connect(stranger, "localhost", control))
        .isInstanceOf(SSLException.class);
    connect(agent, "localhost", control);
  }

  private static void connect(ProcessIdentity from, String host, ProcessIdentity to)
      throws SSLException {
    handshake(
        from.clientContext("control").newEngine(ByteBufAllocator.DEFAULT, host, 1),
        to.serverContext().newEngine(ByteBufAllocator.DEFAULT));
  }

  private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
    ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
    for (int round = 0; round < 100; round++) {
      step(client, toServer, toClient);
      step(server, toClient, toServer);
      if (isDone(client) && isDone(server) && toServer.position() == 0) {
        return;
      }
    }
    throw new SSLException("the handshake has not ended");
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
        && engine.getSession().isValid()
        && engine.getSession().getCipherSuite().startsWith("TLS_");
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(64 << 10);
    engine.wrap(ByteBuffer.allocate(0), out);
    runTasks(engine);
    in.flip();
    engine.unwrap(in, plain);
    in.compact();
    runTasks(engine);
  }

  private static void runTasks(SSLEngine engine) {
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }
}
