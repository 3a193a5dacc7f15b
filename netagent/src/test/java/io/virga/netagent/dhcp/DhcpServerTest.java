package io.virga.netagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.UdpFrame;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DhcpServerTest {

  private static final MacAddress MAC = new MacAddress(0xfa163e000001L);
  private static final Ipv4Address ADDRESS = address("10.0.0.11");
  private static final Ipv4Address GATEWAY = address("10.0.0.1");
  private static final Lease LEASE =
      new Lease(
          MAC,
          ADDRESS,
          new Ipv4Prefix(ADDRESS, 24),
          GATEWAY,
          new MacAddress(0xfa163f000001L),
          new Lease.Options(
              Optional.of(GATEWAY),
              List.of(address("9.9.9.9"), address("1.1.1.1")),
              List.of(
                  new Lease.Route(new Ipv4Prefix(address("169.254.169.254"), 32), GATEWAY),
                  new Lease.Route(new Ipv4Prefix(address("10.9.0.0"), 17), ADDRESS)),
              1400,
              "guest",
              Duration.ofHours(1),
              List.of()));

  private static Ipv4Address address(String text) {
    return Ipv4Address.parse(text).orElseThrow();
  }

  private static DhcpMessage request(int type, Map<Integer, Octets> options) {
    Map<Integer, Octets> all = new HashMap<>(options);
    all.put(DhcpOption.MESSAGE_TYPE, Octets.ofLong(type, 1));
    return new DhcpMessage(
        DhcpMessage.FROM_CLIENT, 7, false, Ipv4Address.ANY, Ipv4Address.ANY, MAC, all);
  }

  private static Octets octets(Ipv4Address address) {
    return Octets.ofLong(address.unsigned(), 4);
  }

  private static DhcpMessage reply(DhcpMessage request) {
    UdpFrame frame = DhcpServer.answer(request, LEASE).orElseThrow();
    assertThat(UdpFrame.decode(frame.encode())).isEqualTo(new Decoded.Complete<>(frame));
    return DhcpCodec.decode(frame.payload()) instanceof Decoded.Complete<DhcpMessage>(var message)
        ? message
        : request;
  }

  @Test
  void offersWhatIsDesired() {
    DhcpMessage offer = reply(request(DhcpMessage.DISCOVER, Map.of()));
    assertThat(offer.type()).isEqualTo(DhcpMessage.OFFER);
    assertThat(offer.yourAddress()).isEqualTo(ADDRESS);
    assertThat(offer.options())
        .containsEntry(DhcpOption.SUBNET_MASK, Octets.ofHex("ffffff00"))
        .containsEntry(DhcpOption.ROUTER, octets(GATEWAY))
        .containsEntry(DhcpOption.DNS, Octets.ofHex("0909090901010101"))
        .containsEntry(DhcpOption.MTU, Octets.ofHex("0578"))
        .containsEntry(DhcpOption.LEASE_SECONDS, Octets.ofHex("00000e10"))
        .containsEntry(
            DhcpOption.CLASSLESS_ROUTES,
            Octets.ofHex("20a9fea9fe0a000001" + "110a09000a00000b" + "000a000001"));
  }

  @Test
  void aPortsOwnOptionsComeBesideTheRestOrInsteadOfIt() {
    Lease.Options usual = LEASE.options();
    Lease own =
        new Lease(
            MAC,
            ADDRESS,
            LEASE.subnet(),
            GATEWAY,
            LEASE.serverMac(),
            new Lease.Options(
                usual.gateway(),
                usual.dnsServers(),
                usual.routes(),
                usual.mtu(),
                usual.hostname(),
                usual.time(),
                List.of(
                    NamedOptions.encode("mtu", "1200").orElseThrow(),
                    NamedOptions.encode("bootfile-name", "a").orElseThrow())));
    UdpFrame frame = DhcpServer.answer(request(DhcpMessage.DISCOVER, Map.of()), own).orElseThrow();
    assertThat(DhcpCodec.decode(frame.payload()))
        .isInstanceOfSatisfying(
            Decoded.Complete.class,
            complete ->
                assertThat(((DhcpMessage) complete.value()).options())
                    .containsEntry(DhcpOption.MTU, Octets.ofHex("04b0"))
                    .containsEntry(67, Octets.ofHex("61"))
                    .containsEntry(DhcpOption.ROUTER, octets(GATEWAY)));
  }

  @Test
  void acknowledgesItsOwnAddress() {
    DhcpMessage ack =
        reply(
            request(
                DhcpMessage.REQUEST,
                Map.of(
                    DhcpOption.SERVER_ID, octets(GATEWAY),
                    DhcpOption.REQUESTED_ADDRESS, octets(ADDRESS))));
    assertThat(ack.type()).isEqualTo(DhcpMessage.ACK);
    assertThat(ack.yourAddress()).isEqualTo(ADDRESS);
  }

  @Test
  void refusesAnotherAddressSoThatTheClientAsksAnew() {
    DhcpMessage nak =
        reply(
            request(
                DhcpMessage.REQUEST,
                Map.of(DhcpOption.REQUESTED_ADDRESS, octets(address("10.0.0.77")))));
    assertThat(nak.type()).isEqualTo(DhcpMessage.NAK);
    assertThat(nak.yourAddress()).isEqualTo(Ipv4Address.ANY);
  }

  @Test
  void isSilentWhereAnotherServerWasChosen() {
    assertThat(
            DhcpServer.answer(
                request(
                    DhcpMessage.REQUEST, Map.of(DhcpOption.SERVER_ID, octets(address("10.0.0.2")))),
                LEASE))
        .isEmpty();
  }

  @Test
  void isSilentToAnotherMac() {
    DhcpMessage foreign =
        new DhcpMessage(
            DhcpMessage.FROM_CLIENT,
            7,
            true,
            Ipv4Address.ANY,
            Ipv4Address.ANY,
            new MacAddress(1),
            Map.of(DhcpOption.MESSAGE_TYPE, Octets.ofLong(DhcpMessage.DISCOVER, 1)));
    assertThat(DhcpServer.answer(foreign, LEASE)).isEmpty();
  }

  @Test
  void refusesPayloadsThatAreCutShort() {
    Octets whole = DhcpCodec.encode(request(DhcpMessage.DISCOVER, Map.of()));
    for (int length = 0; length < 240; length++) {
      assertThat(DhcpCodec.decode(whole.slice(0, length))).isInstanceOf(Decoded.Malformed.class);
    }
  }

  @Test
  void splitsAndJoinsLongOptions() {
    Octets longValue = Octets.ones(600);
    DhcpMessage message = request(DhcpMessage.DISCOVER, Map.of(DhcpOption.HOSTNAME, longValue));
    assertThat(DhcpCodec.decode(DhcpCodec.encode(message)))
        .isEqualTo(new Decoded.Complete<>(message));
  }
}
