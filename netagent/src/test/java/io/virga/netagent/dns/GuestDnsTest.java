package io.virga.netagent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.dns.DnsClient.Answer;
import io.virga.netagent.dns.GuestDns.Asked;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest is told when there is nobody else to ask. */
class GuestDnsTest {

  private static final int ID = 4711;
  private static final int OFPORT = 5;
  private static final GuestDns DNS = new GuestDns(Optional.empty());
  private static final NetworkNames NAMES =
      NetworkNames.of(
          Ipv6World.network(0, Ipv6Mode.SLAAC),
          List.of(
              Ipv6World.port("host-a", 0, 1, "2001:db8::11"),
              Desired.with(Desired.port(2), Map.of("hostname", "Mail")),
              Desired.with(Desired.port(3), Map.of("hostname", "")),
              Desired.with(Desired.port(4), Map.of("hostname", "www.example.org.")),
              Desired.inOtherNetwork(6)),
          "openstacklocal.");

  private static Answer ask(String name, DnsRecordType type) throws Exception {
    return ask(DnsClient.question(ID, name, type), Way.DATAGRAM, NAMES);
  }

  private static Answer ask(Octets question, Way way, NetworkNames names) throws Exception {
    Optional<Octets> answer = DNS.answer(new Asked(question, way, OFPORT, names)).get();
    return DnsClient.read(answer.orElseThrow());
  }

  private static void assertTold(Answer answer, String... texts) {
    assertThat(answer.id()).isEqualTo(ID);
    assertThat(answer.code()).isEqualTo(DnsResponseCode.NOERROR);
    assertThat(answer.authoritative()).isTrue();
    assertThat(answer.truncated()).isFalse();
    assertThat(answer.texts()).containsExactly(texts);
  }

  @ParameterizedTest
  @CsvSource({
    "guest-1.openstacklocal, 10.0.0.11",
    "guest-1, 10.0.0.11",
    "mail.openstacklocal., 10.0.0.12",
    "MAIL.OpenStackLocal, 10.0.0.12",
    "host-10-0-0-13.openstacklocal, 10.0.0.13",
    "www.example.org, 10.0.0.14",
  })
  void portsHaveTheirNames(String name, String address) throws Exception {
    assertTold(ask(name, DnsRecordType.A), address);
  }

  @Test
  void namesHaveAddressesOfBothFamilies() throws Exception {
    assertTold(ask("guest-1.openstacklocal", DnsRecordType.AAAA), "2001:db8::11");
    assertTold(ask("guest-1.openstacklocal", DnsRecordType.ANY), "10.0.0.11", "2001:db8::11");
    assertTold(ask("mail.openstacklocal", DnsRecordType.AAAA));
    assertTold(ask("mail.openstacklocal", DnsRecordType.MX));
  }

  @ParameterizedTest
  @CsvSource({
    "11.0.0.10.in-addr.arpa, guest-1.openstacklocal.",
    "13.0.0.10.in-addr.arpa, host-10-0-0-13.openstacklocal.",
    "14.0.0.10.IN-ADDR.ARPA., www.example.org.",
    "1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa,"
        + " guest-1.openstacklocal.",
  })
  void addressesHaveTheNamesOfTheirPorts(String reverse, String name) throws Exception {
    assertTold(ask(reverse, DnsRecordType.PTR), name);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody.openstacklocal, NXDomain",
    "nobody, NXDomain",
    "guest-6.openstacklocal, NXDomain",
    "99.0.0.10.in-addr.arpa, NXDomain",
    "1.2.0.192.in-addr.arpa, Refused",
    "0.0.10.in-addr.arpa, Refused",
    "www.example.com, Refused",
  })
  void saysWhatItDoesNotKnow(String name, String code) throws Exception {
    Answer answer = ask(name, DnsRecordType.PTR);
    assertThat(answer.code().toString()).startsWith(code);
    assertThat(answer.authoritative()).isEqualTo(answer.code().equals(DnsResponseCode.NXDOMAIN));
    assertThat(answer.texts()).isEmpty();
  }

  @Test
  void aNetworkThatHasADomainIsFoundThereAlone() throws Exception {
    NetworkNames names =
        NetworkNames.of(
            Desired.with(Desired.network(), Map.of("dnsDomain", "Example.net.")),
            List.of(Desired.port(1)),
            "openstacklocal.");
    Octets there = DnsClient.question(ID, "guest-1.example.net", DnsRecordType.A);
    assertTold(ask(there, Way.DATAGRAM, names), "10.0.0.11");
    Octets elsewhere = DnsClient.question(ID, "guest-1.openstacklocal", DnsRecordType.A);
    assertThat(ask(elsewhere, Way.DATAGRAM, names).code()).isEqualTo(DnsResponseCode.REFUSED);
  }

  /** A network in which a name has so many addresses. */
  private static NetworkNames crowd(int count) {
    List<PortSpec.FixedAddress> addresses = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(
            number ->
                addresses.add(
                    new PortSpec.FixedAddress(
                        Desired.SUBNET, "10.0.%d.%d".formatted(number >> 8, number & 255))));
    return NetworkNames.of(
        Desired.network(),
        List.of(Desired.with(Desired.port(1), Map.of("addresses", addresses))),
        "openstacklocal.");
  }

  @Test
  void whatIsTooLongForADatagramIsToBeAskedOnAStream() throws Exception {
    NetworkNames names = crowd(25);
    String name = "guest-1.openstacklocal";
    Octets plain = DnsClient.question(ID, name, DnsRecordType.A);
    Answer refused = ask(plain, Way.DATAGRAM, names);
    assertThat(refused.truncated()).isTrue();
    assertThat(refused.authoritative()).isTrue();
    assertThat(refused.texts()).isEmpty();
    assertThat(refused.extended()).isFalse();
    Octets extended = DnsClient.question(ID, name, DnsRecordType.A, 4096);
    Answer longer = ask(extended, Way.DATAGRAM, names);
    assertThat(longer.truncated()).isFalse();
    assertThat(longer.extended()).isTrue();
    assertThat(longer.texts()).hasSize(25);
    assertThat(ask(extended, Way.DATAGRAM, crowd(100)).truncated())
        .as("no datagram is longer than 1,232 bytes")
        .isTrue();
    assertThat(ask(plain, Way.STREAM, crowd(1000)).texts()).hasSize(1000);
  }

  @Test
  void whatIsNoQuestionIsAFormatErrorAndAnAnswerIsNotAnswered() throws Exception {
    Octets question = DnsClient.question(ID, "guest-1", DnsRecordType.A);
    Octets cut = question.slice(0, question.length() - 3);
    assertThat(ask(cut, Way.DATAGRAM, NAMES).code()).isEqualTo(DnsResponseCode.FORMERR);
    assertThat(ask(cut, Way.DATAGRAM, NAMES).id()).isEqualTo(ID);
    Octets answer =
        DNS.answer(new Asked(question, Way.DATAGRAM, OFPORT, NAMES)).get().orElseThrow();
    for (Octets message : List.of(answer, Octets.EMPTY, question.slice(0, 11))) {
      assertThat(DNS.answer(new Asked(message, Way.DATAGRAM, OFPORT, NAMES)).get()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void otherThanQuestionsIsNotImplemented(int opCode) throws Exception {
    byte[] bytes = DnsClient.question(ID, "guest-1", DnsRecordType.A).toByteArray();
    bytes[2] |= (byte) (opCode << 3);
    assertThat(ask(Octets.copyOf(bytes), Way.DATAGRAM, NAMES).code())
        .isEqualTo(DnsResponseCode.NOTIMP);
  }
}
