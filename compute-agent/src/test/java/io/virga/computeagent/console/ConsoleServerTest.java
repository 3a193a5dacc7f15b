package io.virga.computeagent.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.domain.LiveDomain;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Consoles over WebSockets, at pseudo-terminals and a socket that stand for those of a QEMU. */
@Timeout(60)
final class ConsoleServerTest {

  @TempDir private Path folder = Path.of("");
  private final Map<String, LiveDomain.Consoles> consoles = new ConcurrentHashMap<>();
  private final List<PseudoTerminal> guests = new ArrayList<>();
  private ConsoleClient client;

  @BeforeEach
  void serve() {
    client =
        new ConsoleClient(
            folder,
            new ConsoleServer.Places(
                folder::resolve, id -> consoles.getOrDefault(id, LiveDomain.Consoles.NONE)));
  }

  @AfterEach
  void stop() {
    client.close();
    guests.forEach(PseudoTerminal::close);
  }

  @Test
  void carriesASerialLineBothWays() {
    String id = UUID.randomUUID().toString();
    PseudoTerminal guest = guest(id);
    ConsoleClient.Session session = client.open(id, "serial");
    guest.write("login: ");
    session.awaitText("login: ");
    session.send("root\r");
    assertThat(guest.read(5)).isEqualTo("root\r");
  }

  @Test
  void givesALineToWhoeverComesLast() {
    String id = UUID.randomUUID().toString();
    PseudoTerminal guest = guest(id);
    ConsoleClient.Session first = client.open(id, "serial");
    guest.write("one");
    first.awaitText("one");
    ConsoleClient.Session second = client.open(id, "serial");
    assertThat(first.awaitEnd()).isEqualTo("end");
    guest.write("two");
    second.awaitText("two");
    assertThat(first.shown()).isEqualTo("one");
  }

  @Test
  void endsASessionWithItsGuest() {
    String id = UUID.randomUUID().toString();
    PseudoTerminal guest = guest(id);
    ConsoleClient.Session session = client.open(id, "serial");
    guest.write("bye");
    session.awaitText("bye");
    guests.remove(guest);
    guest.close();
    assertThat(session.awaitEnd()).isEqualTo("end");
  }

  @Test
  void refusesConsolesThatThereAreNot() {
    String id = UUID.randomUUID().toString();
    assertThat(client.open(id, "serial").awaitEnd()).contains("404");
    assertThat(client.open(id, "vnc").awaitEnd()).contains("404");
    assertThat(client.open("../etc", "serial").awaitEnd()).contains("404");
    consoles.put(
        id,
        new LiveDomain.Consoles(
            Optional.of(Path.of("/dev/pts/nothing")), Optional.of(folder.resolve("gone"))));
    assertThat(client.open(id, "serial").awaitEnd()).contains("503");
    assertThat(client.open(id, "vnc").awaitEnd()).contains("503");
  }

  @Test
  void hasSoManySerialSessionsAtOnce() {
    List<ConsoleClient.Session> sessions = new ArrayList<>();
    for (int i = 0; i < SerialSessions.MOST; i++) {
      String id = UUID.randomUUID().toString();
      PseudoTerminal guest = guest(id);
      sessions.add(client.open(id, "serial"));
      guest.write("here");
      sessions.getLast().awaitText("here");
    }
    String id = UUID.randomUUID().toString();
    PseudoTerminal guest = guest(id);
    assertThat(client.open(id, "serial").awaitEnd()).contains("503");
    PseudoTerminal ended = guests.removeFirst();
    ended.close();
    assertThat(sessions.getFirst().awaitEnd()).isEqualTo("end");
    ConsoleClient.Session next = client.open(id, "serial");
    guest.write("at last");
    next.awaitText("at last");
  }

  @Test
  void joinsAScreen() throws Exception {
    String id = UUID.randomUUID().toString();
    Path socket = folder.resolve("vnc.sock");
    try (ServerSocketChannel screen = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      screen.bind(UnixDomainSocketAddress.of(socket));
      consoles.put(id, new LiveDomain.Consoles(Optional.empty(), Optional.of(socket)));
      ConsoleClient.Session session = client.open(id, "vnc");
      try (SocketChannel joined = screen.accept()) {
        joined.write(ByteBuffer.wrap("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII)));
        session.awaitText("RFB 003.008\n");
        session.send("RFB 003.003\n");
        ByteBuffer answer = ByteBuffer.allocate(12);
        while (answer.hasRemaining()) {
          joined.read(answer);
        }
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
            .isEqualTo("RFB 003.003\n");
      }
      assertThat(session.awaitEnd()).isEqualTo("end");
    }
  }

  private PseudoTerminal guest(String id) {
    PseudoTerminal guest = new PseudoTerminal();
    guests.add(guest);
    consoles.put(id, new LiveDomain.Consoles(Optional.of(guest.path()), Optional.empty()));
    return guest;
  }
}
