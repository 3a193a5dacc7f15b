package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.ArpFrame;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.NetworkAddress;
import io.virga.netagent.pipeline.WirePresence;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WireNeighboursTest {

  private static final long VNI = 9000;
  private static final MacAddress OWN_MAC = new MacAddress(0xfa163efe0000L);
  private static final MacAddress MAC = new MacAddress(0x020000000001L);
  private static final MacAddress OTHER_MAC = new MacAddress(0x020000000002L);
  private static final NetworkAddress OWN = address(101);
  private static final NetworkAddress NEXT_HOP = address(1);
  private static final NetworkAddress MACHINE = address(7);
  private static final Octets FRAME = Octets.ofHex("000000000000fa163efe00000800aabb");

  private final WireNeighbours neighbours = new WireNeighbours();

  private static NetworkAddress address(int last) {
    return new NetworkAddress(VNI, new Ipv4Address(0xcb007100 | last));
  }

  private static NetworkAddress machine(int number) {
    return new NetworkAddress(VNI, new Ipv4Address(0x0a000000 | number));
  }

  private static WirePresence present(NetworkAddress... nextHops) {
    return new WirePresence(Map.of(OWN, OWN_MAC), Set.of(nextHops));
  }

  private static long at(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static void assertAsksFor(NetworkAddress address, List<PacketOut> packets) {
    assertThat(packets).hasSize(1);
    assertThat(packets.getFirst().packet())
        .isEqualTo(
            WireFrames.question(new WireFrames.Speaker(OWN_MAC, OWN.address()), address.address()));
  }

  @Test
  void asksForTheNextHopBeforeAPacketNeedsIt() {
    assertAsksFor(NEXT_HOP, neighbours.present(present(NEXT_HOP), at(0)));
    assertThat(neighbours.present(present(NEXT_HOP), at(0))).as("once").isEmpty();
    neighbours.heard(NEXT_HOP, MAC, at(1));
    assertThat(neighbours.known()).containsExactly(Map.entry(NEXT_HOP, MAC));
  }

  @Test
  void sendsWhatItHeldWhenItHearsTheMac() {
    neighbours.present(present(), at(0));
    assertAsksFor(MACHINE, neighbours.missed(MACHINE, FRAME, at(0)));
    for (int more = 0; more < 10; more++) {
      assertThat(neighbours.missed(MACHINE, FRAME, at(0))).isEmpty();
    }
    List<PacketOut> released = neighbours.heard(MACHINE, MAC, at(1));
    assertThat(released).as("bounded").hasSize(WireNeighbours.MAX_HELD);
    assertThat(released.getFirst().packet())
        .isEqualTo(Octets.ofHex("020000000001fa163efe00000800aabb"));
    assertThat(neighbours.missed(MACHINE, FRAME, at(1))).as("known by now").hasSize(1);
    assertThat(neighbours.heard(MACHINE, MAC, at(1))).as("sent once").isEmpty();
  }

  @Test
  void takesNoMacThatItHasNotAskedFor() {
    neighbours.present(present(), at(0));
    neighbours.heard(MACHINE, MAC, at(0));
    assertThat(neighbours.known()).isEmpty();
  }

  @Test
  void followsAMachineThatChangesItsMac() {
    neighbours.present(present(NEXT_HOP), at(0));
    neighbours.heard(NEXT_HOP, MAC, at(0));
    neighbours.heard(NEXT_HOP, OTHER_MAC, at(5));
    assertThat(neighbours.known()).containsExactly(Map.entry(NEXT_HOP, OTHER_MAC));
  }

  @Test
  void asksThreeTimesAndForgets() {
    neighbours.present(present(), at(0));
    neighbours.missed(MACHINE, FRAME, at(0));
    assertAsksFor(MACHINE, neighbours.tick(at(1)));
    assertAsksFor(MACHINE, neighbours.tick(at(2)));
    assertThat(neighbours.tick(at(3))).isEmpty();
    assertThat(neighbours.heard(MACHINE, MAC, at(4))).as("it is forgotten").isEmpty();
    assertThat(neighbours.known()).isEmpty();
  }

  @Test
  void looksAfterWhomItKnows() {
    neighbours.present(present(NEXT_HOP), at(0));
    neighbours.heard(NEXT_HOP, MAC, at(0));
    assertThat(neighbours.tick(at(29))).isEmpty();
    assertAsksFor(NEXT_HOP, neighbours.tick(at(30)));
    neighbours.heard(NEXT_HOP, MAC, at(31));
    assertThat(neighbours.tick(at(60))).isEmpty();
    assertAsksFor(NEXT_HOP, neighbours.tick(at(61)));
    assertAsksFor(NEXT_HOP, neighbours.tick(at(62)));
    assertAsksFor(NEXT_HOP, neighbours.tick(at(63)));
    assertThat(neighbours.known()).as("silent, but used").hasSize(1);
    assertAsksFor(NEXT_HOP, neighbours.tick(at(68)));
    assertThat(neighbours.known()).as("dead").isEmpty();
    assertAsksFor(NEXT_HOP, neighbours.tick(at(73)));
    neighbours.heard(NEXT_HOP, MAC, at(74));
    assertThat(neighbours.known()).as("back again").hasSize(1);
  }

  @Test
  void keepsWhomOnlyTheFlowsUse() {
    neighbours.present(present(), at(0));
    neighbours.missed(MACHINE, FRAME, at(0));
    neighbours.heard(MACHINE, MAC, at(0));
    for (int second = 1; second <= 3600; second++) {
      if (!neighbours.tick(at(second)).isEmpty()) {
        neighbours.heard(MACHINE, MAC, at(second));
      }
      assertThat(neighbours.known()).containsExactly(Map.entry(MACHINE, MAC));
    }
  }

  @Test
  void makesRoomByForgettingWhomItHasKnownLongest() {
    neighbours.present(present(NEXT_HOP), at(0));
    neighbours.heard(NEXT_HOP, MAC, at(0));
    for (int number = 1; number < WireNeighbours.MAX_NEIGHBOURS; number++) {
      neighbours.missed(machine(number), FRAME, at(0));
      neighbours.heard(machine(number), MAC, at(0));
    }
    assertAsksFor(MACHINE, neighbours.missed(MACHINE, FRAME, at(1)));
    neighbours.heard(MACHINE, OTHER_MAC, at(1));
    assertThat(neighbours.known())
        .as("bounded")
        .hasSize(WireNeighbours.MAX_NEIGHBOURS)
        .containsEntry(MACHINE, OTHER_MAC)
        .containsEntry(NEXT_HOP, MAC)
        .containsEntry(machine(2), MAC)
        .doesNotContainKey(machine(1));
    assertAsksFor(machine(1), neighbours.missed(machine(1), FRAME, at(2)));
    assertThat(neighbours.known()).doesNotContainKey(machine(2));
  }

  @Test
  void forgetsNoNextHopToMakeRoom() {
    NetworkAddress[] nextHops =
        IntStream.range(0, WireNeighbours.MAX_NEIGHBOURS)
            .mapToObj(WireNeighboursTest::machine)
            .toArray(NetworkAddress[]::new);
    neighbours.present(present(nextHops), at(0));
    for (NetworkAddress nextHop : nextHops) {
      neighbours.heard(nextHop, MAC, at(0));
    }
    assertThat(neighbours.missed(MACHINE, FRAME, at(1))).isEmpty();
    assertThat(neighbours.known()).containsOnlyKeys(nextHops);
  }

  @Test
  void forgetsAWireOnWhichNothingOfItsOwnIs() {
    neighbours.present(present(NEXT_HOP), at(0));
    neighbours.heard(NEXT_HOP, MAC, at(0));
    neighbours.present(new WirePresence(Map.of(), Set.of()), at(1));
    assertThat(neighbours.known()).isEmpty();
    assertThat(neighbours.missed(MACHINE, FRAME, at(1))).as("nobody to ask as").isEmpty();
  }

  @Test
  void takesOverFromAnEarlierAgentAndMakesSure() {
    neighbours.restore(Map.of(NEXT_HOP, MAC), at(0));
    assertThat(neighbours.present(present(NEXT_HOP), at(0))).isEmpty();
    assertThat(neighbours.known()).containsExactly(Map.entry(NEXT_HOP, MAC));
    assertAsksFor(NEXT_HOP, neighbours.tick(at(1)));
  }

  private static Map<NetworkAddress, MacAddress> machines(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(WireNeighboursTest::machine, _ -> MAC));
  }

  /** Whom the packets ask for. */
  private static List<NetworkAddress> asked(List<PacketOut> packets) {
    return packets.stream()
        .map(packet -> ArpFrame.decode(packet.packet()))
        .map(
            decoded ->
                decoded instanceof Decoded.Complete<ArpFrame>(ArpFrame arp)
                    ? new NetworkAddress(VNI, arp.target().address())
                    : OWN)
        .toList();
  }

  @Test
  void losesNobodyOfManyWhoAnswerNoFasterThanTheSwitchLetsThem() {
    Map<NetworkAddress, MacAddress> all = machines(WireNeighbours.MAX_NEIGHBOURS);
    neighbours.present(present(), at(0));
    neighbours.restore(all, at(0));
    Set<NetworkAddress> heard = new HashSet<>();
    for (int second = 1; second <= 300; second++) {
      List<NetworkAddress> asked = asked(neighbours.tick(at(second)));
      assertThat(asked).hasSizeLessThanOrEqualTo(WireNeighbours.MAX_ASKS);
      for (NetworkAddress address : asked.subList(0, Math.min(200, asked.size()))) {
        neighbours.heard(address, MAC, at(second));
        heard.add(address);
      }
      assertThat(neighbours.known()).hasSize(all.size());
      if (second == 41) {
        assertThat(heard).as("everybody had a turn").hasSize(all.size());
        heard.clear();
      }
    }
    assertThat(heard).as("and again").hasSize(all.size());
  }

  @Test
  void asksNextHopsBeforeOthers() {
    neighbours.restore(machines(1000), at(0));
    neighbours.present(present(NEXT_HOP), at(0));
    assertThat(asked(neighbours.tick(at(1)))).hasSize(WireNeighbours.MAX_ASKS).startsWith(NEXT_HOP);
  }

  @Test
  void aScanDoesNotFillTheTable() {
    neighbours.present(present(), at(0));
    for (int second = 0; second < 10; second++) {
      for (int number = 0; number < 1000; number++) {
        assertThat(neighbours.missed(machine(second * 1000 + number), FRAME, at(second)))
            .as("there is room")
            .hasSize(1);
      }
      assertThat(neighbours.tick(at(second + 1))).hasSizeLessThanOrEqualTo(WireNeighbours.MAX_ASKS);
    }
  }

  @Test
  void asksForNoMoreThanItHasRoomFor() {
    neighbours.present(present(), at(0));
    int asked = 0;
    for (int address = 0; address < WireNeighbours.MAX_NEIGHBOURS + 10; address++) {
      asked += neighbours.missed(machine(address), FRAME, at(0)).size();
    }
    assertThat(asked).isEqualTo(WireNeighbours.MAX_NEIGHBOURS);
  }
}
