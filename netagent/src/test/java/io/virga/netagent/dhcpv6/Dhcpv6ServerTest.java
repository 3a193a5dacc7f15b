package io.virga.netagent.dhcpv6;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.dhcpv6.Dhcpv6Message.Option;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.Link;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.UdpFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Dhcpv6ServerTest {

  private static final MacAddress SERVER = new MacAddress(0xfa163e001267L);
  private static final Octets SERVER_ID = Octets.ofHex("00030001fa163e001267");
  private static final Octets CLIENT_ID = Octets.ofHex("0001000112345678fa163e000001");
  private static final Ipv6Address OWN = ip("2001:db8::14");
  private static final Ipv6Address OTHER = ip("2001:db8::15");
  private static final Ipv6Address ELSEWHERE = ip("2001:db8:1::14");
  private static final Dhcpv6Lease STATEFUL = lease(List.of(OWN));
  private static final Dhcpv6Lease STATELESS = lease(List.of());

  private static Ipv6Address ip(String text) {
    return Ipv6Address.parse(text).orElseThrow();
  }

  private static Dhcpv6Lease lease(List<Ipv6Address> addresses) {
    return new Dhcpv6Lease(
        SERVER,
        addresses,
        List.of(Ipv6Prefix.parse("2001:db8::/64").orElseThrow()),
        List.of(ip("2001:db8:53::53")),
        Optional.of("example.org."),
        Duration.ofHours(10));
  }

  private static Option association(int id, Ipv6Address... addresses) {
    return new IdentityAssociation(id, List.of(addresses))
        .encode(Duration.ZERO, List.of(), Optional.empty());
  }

  private static Dhcpv6Message message(int type, Option... options) {
    List<Option> all = new ArrayList<>(List.of(options));
    all.add(new Option(Option.CLIENT_ID, CLIENT_ID));
    return new Dhcpv6Message(type, 0x123456, all);
  }

  private static Dhcpv6Message toServer(int type, Option... options) {
    List<Option> all = new ArrayList<>(List.of(options));
    all.add(new Option(Option.SERVER_ID, SERVER_ID));
    return message(type, all.toArray(Option[]::new));
  }

  private static Dhcpv6Message answer(Dhcpv6Message message, Dhcpv6Lease lease) {
    return Dhcpv6Server.answer(message, lease).orElseThrow();
  }

  private static List<Ipv6Address> addresses(Dhcpv6Message message) {
    return message
        .options(Option.IA_NA)
        .map(IdentityAssociation::decode)
        .flatMap(
            decoded ->
                ((Decoded.Complete<IdentityAssociation>) decoded).value().addresses().stream())
        .toList();
  }

  @Test
  void offersThenGivesThePortsAddress() {
    Dhcpv6Message offer = answer(message(Dhcpv6Message.SOLICIT, association(7)), STATEFUL);
    assertThat(offer.type()).isEqualTo(Dhcpv6Message.ADVERTISE);
    assertThat(offer.transactionId()).isEqualTo(0x123456);
    assertThat(offer.option(Option.CLIENT_ID)).contains(CLIENT_ID);
    assertThat(offer.option(Option.SERVER_ID)).contains(SERVER_ID);
    assertThat(addresses(offer)).containsExactly(OWN);
    Dhcpv6Message given = answer(toServer(Dhcpv6Message.REQUEST, association(7, OTHER)), STATEFUL);
    assertThat(given.type()).isEqualTo(Dhcpv6Message.REPLY);
    assertThat(addresses(given)).as("whatever was asked for").containsExactly(OWN);
    assertThat(given.option(Option.IA_NA))
        .as("id, then half and four fifths of ten hours, then the address for that time")
        .contains(
            Octets.ofHex(
                "00000007"
                    + "00004650"
                    + "00007080"
                    + "00050018"
                    + "20010db8000000000000000000000014"
                    + "00008ca0"
                    + "00008ca0"));
    assertThat(given.option(Option.DNS_SERVERS)).contains(ip("2001:db8:53::53").octets());
    assertThat(given.option(Option.DOMAIN_LIST))
        .contains(Octets.ofHex("076578616d706c65036f726700"));
  }

  @Test
  void givesAtOnceToWhoWantsThat() {
    Option rapid = new Option(Option.RAPID_COMMIT, Octets.EMPTY);
    Dhcpv6Message given = answer(message(Dhcpv6Message.SOLICIT, rapid, association(7)), STATEFUL);
    assertThat(given.type()).isEqualTo(Dhcpv6Message.REPLY);
    assertThat(given.option(Option.RAPID_COMMIT)).isPresent();
    assertThat(addresses(given)).containsExactly(OWN);
  }

  @Test
  void givesOneInterfaceTheAddresses() {
    Dhcpv6Message given =
        answer(toServer(Dhcpv6Message.REQUEST, association(1), association(2)), STATEFUL);
    assertThat(addresses(given)).containsExactly(OWN);
    assertThat(given.options(Option.IA_NA).toList().getLast().toString())
        .as("none is left")
        .contains("0002" + hex("the port has no such address"));
  }

  private static String hex(String text) {
    return Octets.copyOf(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)).toString();
  }

  @Test
  void endsWhatIsNotThePorts() {
    Dhcpv6Message renewed =
        answer(toServer(Dhcpv6Message.RENEW, association(7, OTHER, OWN)), STATEFUL);
    assertThat(addresses(renewed)).containsExactly(OWN, OTHER);
    assertThat(renewed.option(Option.IA_NA).orElseThrow().toString())
        .endsWith("20010db8000000000000000000000015" + "00000000" + "00000000");
    assertThat(addresses(answer(message(Dhcpv6Message.REBIND, association(7, OWN)), STATEFUL)))
        .containsExactly(OWN);
  }

  @Test
  void saysWhetherAnAddressIsGoodHere() {
    assertThat(status(answer(message(Dhcpv6Message.CONFIRM, association(7, OTHER)), STATEFUL)))
        .isZero();
    assertThat(status(answer(message(Dhcpv6Message.CONFIRM, association(7, ELSEWHERE)), STATEFUL)))
        .isEqualTo(4);
    assertThat(Dhcpv6Server.answer(message(Dhcpv6Message.CONFIRM), STATEFUL)).isEmpty();
  }

  private static long status(Dhcpv6Message message) {
    return message.option(Option.STATUS_CODE).orElseThrow().slice(0, 2).toLong();
  }

  @Test
  void tellsTheRestToWhoMakesItsAddress() {
    Dhcpv6Message told =
        answer(new Dhcpv6Message(Dhcpv6Message.INFORMATION_REQUEST, 1, List.of()), STATELESS);
    assertThat(told.type()).isEqualTo(Dhcpv6Message.REPLY);
    assertThat(told.option(Option.DNS_SERVERS)).isPresent();
    Dhcpv6Message refused = answer(message(Dhcpv6Message.SOLICIT, association(7)), STATELESS);
    assertThat(refused.type()).isEqualTo(Dhcpv6Message.ADVERTISE);
    assertThat(addresses(refused)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Dhcpv6Message.REQUEST,
        Dhcpv6Message.RENEW,
        Dhcpv6Message.RELEASE,
        Dhcpv6Message.DECLINE
      })
  void isSilentToWhoSpeaksToAnother(int type) {
    Option other = new Option(Option.SERVER_ID, Octets.ofHex("00030001000000000001"));
    assertThat(Dhcpv6Server.answer(message(type, association(7), other), STATEFUL)).isEmpty();
    assertThat(Dhcpv6Server.answer(message(type, association(7)), STATEFUL)).isEmpty();
    assertThat(Dhcpv6Server.answer(toServer(type, association(7)), STATEFUL)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {Dhcpv6Message.SOLICIT, Dhcpv6Message.CONFIRM, Dhcpv6Message.REBIND})
  void isSilentToWhoAsksAnyoneAndNamesAServer(int type) {
    assertThat(Dhcpv6Server.answer(toServer(type, association(7, OWN)), STATEFUL)).isEmpty();
  }

  @Test
  void answersToWhereTheQuestionCameFrom() {
    MacAddress client = new MacAddress(0xfa163e000001L);
    UdpFrame question =
        new UdpFrame(
            new Link(client, new MacAddress(0x333300010002L)),
            new UdpFrame.Endpoint(Ipv6Address.linkLocal(client), 546),
            new UdpFrame.Endpoint(ip("ff02::1:2"), 547),
            Dhcpv6Codec.encode(message(Dhcpv6Message.SOLICIT, association(7))));
    assertThat(UdpFrame.decode(question.encode())).isEqualTo(new Decoded.Complete<>(question));
    UdpFrame answer = Dhcpv6Server.answer(question, STATEFUL).orElseThrow();
    assertThat(answer.link()).isEqualTo(new Link(SERVER, client));
    assertThat(answer.source())
        .isEqualTo(new UdpFrame.Endpoint(Ipv6Address.linkLocal(SERVER), 547));
    assertThat(answer.destination()).isEqualTo(question.source());
  }

  @Test
  void readsWhatItWrites() {
    Dhcpv6Message message = message(Dhcpv6Message.SOLICIT, association(7, OWN, OTHER));
    Octets payload = Dhcpv6Codec.encode(message);
    assertThat(Dhcpv6Codec.decode(payload)).isEqualTo(new Decoded.Complete<>(message));
    int first = 4 + 4 + message.options().getFirst().value().length();
    for (int length = 0; length < payload.length(); length++) {
      if (length != 4 && length != first) {
        assertThat(Dhcpv6Codec.decode(payload.slice(0, length)))
            .as("%d bytes", length)
            .isInstanceOf(Decoded.Malformed.class);
      }
    }
  }

  @Test
  void refusesMoreOptionsThanAnyClientHas() {
    Octets payload = Octets.ofHex("01000001" + "00080000".repeat(65));
    assertThat(Dhcpv6Codec.decode(payload)).isInstanceOf(Decoded.Malformed.class);
    assertThat(Dhcpv6Codec.decode(payload.slice(0, 4 + 4 * 64)))
        .isInstanceOf(Decoded.Complete.class);
  }
}
