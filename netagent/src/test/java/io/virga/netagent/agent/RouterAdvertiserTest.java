package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.RouterAdvertisement;
import io.virga.netagent.packet.RouterAdvertisement.Prefix;
import io.virga.netagent.pipeline.Registers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterAdvertiserTest {

  private static final Prefix FIRST = prefix("2001:db8:1::/64", true);
  private static final Prefix SECOND = prefix("2001:db8:2::/64", true);

  private final RouterAdvertiser advertiser = new RouterAdvertiser();

  private static Prefix prefix(String cidr, boolean preferred) {
    return new Prefix(Ipv6Prefix.parse(cidr).orElseThrow(), true, preferred);
  }

  private static RouterAdvertisement of(long router, Prefix... prefixes) {
    return new RouterAdvertisement(
        new MacAddress(router), 9000, false, false, 1400, List.of(prefixes), List.of(), List.of());
  }

  private static List<Octets> frames(List<PacketOut> packets) {
    return packets.stream().map(PacketOut::packet).toList();
  }

  @Test
  void tellsAPortWhenItComesAndWhenItAsks() {
    RouterAdvertisement one = of(1, FIRST);
    assertThat(frames(advertiser.present(Map.of(7, List.of(one))))).containsExactly(one.encode());
    assertThat(advertiser.present(Map.of(7, List.of(one)))).as("nothing has changed").isEmpty();
    assertThat(frames(advertiser.answer(asked(7)))).containsExactly(one.encode());
    assertThat(advertiser.answer(asked(8))).isEmpty();
  }

  private static PacketIn asked(int ofport) {
    return new PacketIn(
        Octets.EMPTY, 12, 0, Match.ANY.with(Registers.SOURCE_PORT, ofport), Octets.EMPTY);
  }

  @Test
  void tellsThatARouterOrAPrefixIsGone() {
    advertiser.present(Map.of(7, List.of(of(1, FIRST, SECOND), of(2, FIRST))));
    List<PacketOut> told = advertiser.present(Map.of(7, List.of(of(1, FIRST))));
    assertThat(frames(told))
        .containsExactly(
            of(2, FIRST).withdrawn().encode(),
            of(1, FIRST, prefix("2001:db8:2::/64", false)).encode());
    assertThat(frames(advertiser.present(Map.of())))
        .containsExactly(of(1, FIRST).withdrawn().encode());
  }

  @Test
  void tellsAgainWhatARouterThatHasGoneToldToo() {
    RouterAdvertisement stays = of(1, FIRST);
    advertiser.present(Map.of(7, List.of(stays, of(2, FIRST))));
    assertThat(frames(advertiser.present(Map.of(7, List.of(stays)))))
        .as("the prefix is good after all")
        .containsExactly(of(2, FIRST).withdrawn().encode(), stays.encode());
  }

  @Test
  void withdrawsNameServers() {
    Ipv6Address server = Ipv6Address.parse("2001:db8::53").orElseThrow();
    RouterAdvertisement with =
        new RouterAdvertisement(
            new MacAddress(1),
            9000,
            false,
            false,
            1400,
            List.of(FIRST),
            List.of(server),
            List.of());
    RouterAdvertisement without =
        new RouterAdvertisement(
            new MacAddress(1),
            9000,
            false,
            false,
            1400,
            List.of(FIRST),
            List.of(),
            List.of(server));
    advertiser.present(Map.of(7, List.of(with)));
    Octets told = frames(advertiser.present(Map.of(7, List.of(of(1, FIRST))))).getFirst();
    assertThat(told).isEqualTo(without.encode()).isNotEqualTo(of(1, FIRST).encode());
    assertThat(with.withdrawn().formerDnsServers()).containsExactly(server);
  }

  @Test
  void tellsEachPortOnceInAnInterval() {
    advertiser.present(Map.of(7, List.of(of(1, FIRST)), 208, List.of(of(1, FIRST))));
    List<Integer> sizes = new ArrayList<>();
    for (int second = 0; second < RouterAdvertiser.INTERVAL_SECONDS; second++) {
      sizes.add(advertiser.tick().size());
    }
    assertThat(sizes).filteredOn(size -> size > 0).as("never both at once").containsExactly(1, 1);
  }
}
