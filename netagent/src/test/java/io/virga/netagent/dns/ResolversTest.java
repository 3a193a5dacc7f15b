package io.virga.netagent.dns;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.netagent.dns.GuestDns.Asked;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.octets.Octets;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolversTest {

  private static final int ID = 0x1234;
  private static final NetworkNames NAMES =
      NetworkNames.of(Desired.network(), List.of(Desired.port(1)), "openstacklocal.");

  private Transport transport;
  private DatagramSocket first;
  private DatagramSocket second;

  @BeforeEach
  void start() throws Exception {
    transport = Transport.open(TransportChoice.NIO, 1, "test");
    first = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    second = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    first.setSoTimeout(5000);
    second.setSoTimeout(5000);
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    transport.close();
  }

  private Resolvers resolvers() {
    return new Resolvers(
        transport,
        List.of(
            (InetSocketAddress) first.getLocalSocketAddress(),
            (InetSocketAddress) second.getLocalSocketAddress()));
  }

  private CompletableFuture<Optional<Octets>> ask(String name) {
    return new GuestDns(Optional.of(resolvers()))
        .answer(new Asked(DnsClient.question(ID, name, DnsRecordType.A), Way.DATAGRAM, 1, NAMES));
  }

  private static DatagramPacket received(DatagramSocket socket) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    socket.receive(packet);
    return packet;
  }

  /** Turns the question into its answer: the name is not there. */
  private static void answer(DatagramSocket socket, DatagramPacket question, int idChange)
      throws Exception {
    byte[] bytes = Arrays.copyOf(question.getData(), question.getLength());
    bytes[1] += (byte) idChange;
    bytes[2] |= (byte) 0x80;
    bytes[3] = (byte) 0x83;
    socket.send(new DatagramPacket(bytes, bytes.length, question.getSocketAddress()));
  }

  @Test
  void passesOnWhatIsNotOfTheNetworkUnderANumberOfItsOwn() throws Exception {
    CompletableFuture<Optional<Octets>> asked = ask("www.example.com");
    DatagramPacket question = received(first);
    answer(first, question, 1);
    assertThat(asked).as("of another number").isNotDone();
    answer(first, question, 0);
    DnsClient.Answer told = DnsClient.read(asked.get(5, SECONDS).orElseThrow());
    assertThat(told.id()).isEqualTo(ID);
    assertThat(told.code()).isEqualTo(DnsResponseCode.NXDOMAIN);
    assertThat(told.authoritative()).isFalse();
  }

  @Test
  void saysThatAnAnswerIsTooLongThoughNotThatItKnowsBetter() throws Exception {
    CompletableFuture<Optional<Octets>> asked = ask("www.example.com");
    DatagramPacket question = received(first);
    question.setData(Arrays.copyOf(question.getData(), 600), 0, 600);
    answer(first, question, 0);
    DnsClient.Answer told = DnsClient.read(asked.get(5, SECONDS).orElseThrow());
    assertThat(told.id()).isEqualTo(ID);
    assertThat(told.truncated()).isTrue();
    assertThat(told.authoritative()).isFalse();
  }

  @Test
  void asksTheNextOneWhenOneDoesNotAnswerAndSaysSoWhenNoneDoes() throws Exception {
    CompletableFuture<Optional<Octets>> asked = ask("www.example.com");
    received(first);
    answer(second, received(second), 0);
    assertThat(DnsClient.read(asked.get(5, SECONDS).orElseThrow()).code())
        .isEqualTo(DnsResponseCode.NXDOMAIN);
    CompletableFuture<Optional<Octets>> again = ask("www.example.com");
    assertThat(DnsClient.read(again.get(10, SECONDS).orElseThrow()).code())
        .isEqualTo(DnsResponseCode.SERVFAIL);
  }

  @Test
  void asksNobodyForNamesOfTheNetwork() throws Exception {
    first.setSoTimeout(200);
    for (String name : List.of("guest-1", "guest-1.openstacklocal", "99.0.0.10.in-addr.arpa")) {
      ask(name).get(5, SECONDS);
      assertThatThrownBy(() -> received(first)).as(name).isInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void ofOnePortOnlySoManyQuestionsAreAskedAtOnce() throws Exception {
    GuestDns dns = new GuestDns(Optional.of(resolvers()));
    Octets question = DnsClient.question(ID, "www.example.com", DnsRecordType.A);
    List<CompletableFuture<Optional<Octets>>> asked = new ArrayList<>();
    for (int number = 0; number < 33; number++) {
      asked.add(dns.answer(new Asked(question, Way.DATAGRAM, 1, NAMES)));
    }
    assertThat(DnsClient.read(asked.getLast().getNow(Optional.empty()).orElseThrow()).code())
        .isEqualTo(DnsResponseCode.SERVFAIL);
    assertThat(asked.subList(0, 32)).noneMatch(CompletableFuture::isDone);
    assertThat(dns.answer(new Asked(question, Way.DATAGRAM, 2, NAMES)))
        .as("another port's")
        .isNotDone();
  }

  @ParameterizedTest
  @CsvSource({
    "9.9.9.9, 9.9.9.9, 53",
    "192.0.2.1:5353, 192.0.2.1, 5353",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1, 53",
    "[2001:db8::1]:5353, 2001:db8:0:0:0:0:0:1, 5353",
  })
  void readsWhereResolversAre(String text, String address, int port) {
    assertThat(ResolverAddress.parse(text))
        .hasValueSatisfying(
            read -> {
              assertThat(read.getAddress().getHostAddress()).isEqualTo(address);
              assertThat(read.getPort()).isEqualTo(port);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dns.example.org", "9.9.9.9:0", "9.9.9.9:65536", "9.9.9.9:", "[::1"})
  void takesNoOtherText(String text) {
    assertThat(ResolverAddress.parse(text)).isEmpty();
  }
}
