package io.virga.netagent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.dns.DnsStreamServer.Bounds;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.IpAddress;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DnsStreamServerTest {

  private static final Bounds PATIENT = new Bounds(3, 2, Duration.ofMinutes(1));

  private final Transport transport = Transport.open(TransportChoice.NIO, 1, "test");
  private final FakeGuests guests = new FakeGuests();
  private final List<DnsStreamServer> started = new ArrayList<>();
  private InetSocketAddress address = DnsMessages.NOWHERE;

  /** Those at 127.0.0.2 and behind; remembers what they have asked. */
  private static final class FakeGuests implements DnsStreamServer.Guests {

    final Queue<Octets> asked = new ConcurrentLinkedQueue<>();
    volatile Function<Octets, CompletableFuture<Optional<Octets>>> answers =
        question -> CompletableFuture.completedFuture(Optional.of(question));

    @Override
    public Optional<Integer> portOf(IpAddress sender) {
      byte[] bytes = sender.octets().toByteArray();
      return Optional.of((int) bytes[3]).filter(ofport -> ofport > 1);
    }

    @Override
    public CompletableFuture<Optional<Octets>> answer(int ofport, Octets message) {
      asked.add(message);
      return answers.apply(message);
    }
  }

  private void start(Bounds bounds) throws IOException {
    DnsStreamServer server = new DnsStreamServer(transport, guests, bounds);
    started.add(server);
    address = server.listen(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterEach
  void stop() {
    started.forEach(DnsStreamServer::close);
    transport.close();
  }

  private Socket connect(int guest) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + guest), 0));
    socket.connect(address);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, byte[] message) throws IOException {
    socket
        .getOutputStream()
        .write(
            ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array());
  }

  private static byte[] received(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] message = new byte[in.readUnsignedShort()];
    in.readFully(message);
    return message;
  }

  private static boolean isServed(Socket socket) throws IOException {
    try {
      send(socket, new byte[] {7});
      return received(socket)[0] == 7;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void carriesTheLongestMessageThereCanBe() throws Exception {
    start(PATIENT);
    byte[] message = new byte[65_535];
    RandomGenerator.of("L64X128MixRandom").nextBytes(message);
    try (Socket guest = connect(2)) {
      send(guest, message);
      assertThat(received(guest)).isEqualTo(message);
    }
  }

  @Test
  void takesTheNextQuestionWhenTheOneBeforeIsAnswered() throws Exception {
    LinkedBlockingQueue<CompletableFuture<Optional<Octets>>> open = new LinkedBlockingQueue<>();
    guests.answers =
        _ -> {
          CompletableFuture<Optional<Octets>> answer = new CompletableFuture<>();
          open.add(answer);
          return answer;
        };
    start(PATIENT);
    try (Socket guest = connect(2)) {
      ByteBuffer questions = ByteBuffer.allocate(3 * 100);
      for (int number = 0; number < 100; number++) {
        questions.putShort((short) 1).put((byte) number);
      }
      guest.getOutputStream().write(questions.array());
      for (int number = 0; number < 100; number++) {
        CompletableFuture<Optional<Octets>> asked = Eventually.next(open);
        transport.loops().submit(() -> {}).sync();
        assertThat(open).as("one at a time").isEmpty();
        byte[] answer = {(byte) number, 1};
        asked.complete(Optional.of(Octets.copyOf(answer)));
        assertThat(received(guest)).isEqualTo(answer);
      }
      assertThat(guests.asked).hasSize(100);
    }
  }

  @Test
  void takesNoMoreQuestionsOfOneThatDoesNotReadAndPartsWithIt() throws Exception {
    Octets answer = Octets.copyOf(new byte[60_000]);
    guests.answers = _ -> CompletableFuture.completedFuture(Optional.of(answer));
    start(new Bounds(3, 2, Duration.ofSeconds(1)));
    try (Socket guest = connect(2)) {
      OutputStream out = guest.getOutputStream();
      byte[] questions = new byte[3 * 10_000];
      for (int at = 1; at < questions.length; at += 3) {
        questions[at] = 1;
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  out.write(questions);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(guests.asked).as("as many as the kernel has room for").hasSizeLessThan(300);
  }

  @Test
  void partsWithOneThatSaysNothing() throws Exception {
    start(new Bounds(3, 2, Duration.ofMillis(200)));
    try (Socket silent = connect(2);
        Socket slow = connect(3)) {
      slow.getOutputStream().write(new byte[] {0, 2, 7});
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(guests.asked).isEmpty();
  }

  @Test
  void takesSoManyConnectionsOfAPortAndInAll() throws Exception {
    start(PATIENT);
    try (Socket first = connect(2);
        Socket second = connect(2)) {
      assertThat(isServed(first)).isTrue();
      assertThat(isServed(second)).isTrue();
      try (Socket third = connect(2);
          Socket anothers = connect(3);
          Socket tooMany = connect(4)) {
        assertThat(isServed(third)).as("the port's third").isFalse();
        assertThat(isServed(anothers)).isTrue();
        assertThat(isServed(tooMany)).as("the fourth of all").isFalse();
      }
      assertThat(isServed(first)).isTrue();
    }
    Eventually.isTrue("there is room again", this::servesOneMore);
  }

  private boolean servesOneMore() {
    try (Socket later = connect(2)) {
      return isServed(later);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void closesTheConnectionOfNobodysPortAndOneThatIsNotAnswered() throws Exception {
    start(PATIENT);
    try (Socket nobody = connect(1)) {
      assertThat(isServed(nobody)).isFalse();
    }
    assertThat(guests.asked).isEmpty();
    guests.answers = _ -> CompletableFuture.completedFuture(Optional.empty());
    try (Socket refused = connect(2)) {
      assertThat(isServed(refused)).isFalse();
    }
  }
}
