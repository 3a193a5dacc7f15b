package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmEntry;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the address of the next hop to its MAC, which is known. Only on wires are there machines
 * that control does not know of; the agent asks for those.
 */
final class NextHopFlows {

  private static final int LEARNED = 50;

  private NextHopFlows() {}

  /** A neighbour of which control knows. */
  static void compile(long vni, IpAddress address, MacAddress mac, FlowSet flows) {
    Family family = Family.of(address);
    flows.next(
        key(Tables.NEXT_HOP, 100, here(vni, family).with(family.nextHop(), address.octets())),
        toMac(mac),
        Tables.FORWARD);
  }

  /** One that was heard on the wire. */
  static void compileLearned(NetworkAddress address, MacAddress mac, FlowSet flows) {
    flows.next(learned(address), toMac(mac), Tables.FORWARD);
  }

  /**
   * What is for anyone else.
   *
   * @param onWire whether there may be others
   */
  static void compileUnknown(NetworkSpec network, boolean onWire, FlowSet flows) {
    for (Family family : Family.values()) {
      FlowKey unknown = key(Tables.NEXT_HOP, 10, here(network.vni(), family));
      if (onWire) {
        flows.next(unknown, Tables.RESOLVE);
      } else {
        flows.next(unknown, Unsendable.NO_HOST.because(family), Tables.ICMP_ERROR);
      }
    }
  }

  private static Match here(long vni, Family family) {
    return family.packets().with(OxmField.METADATA, vni);
  }

  private static List<Action> toMac(MacAddress mac) {
    return List.of(new Action.SetField(OxmField.ETH_DST, mac.bits()));
  }

  private static FlowKey learned(NetworkAddress address) {
    Family family = Family.of(address.address());
    return key(
        Tables.NEXT_HOP,
        LEARNED,
        here(address.vni(), family).with(family.nextHop(), address.address().octets()));
  }

  /** What a switch that holds the flows was told of machines on wires. */
  static Map<NetworkAddress, MacAddress> learned(Collection<Flow> held) {
    Map<NetworkAddress, MacAddress> learned = new HashMap<>();
    for (Flow flow : held) {
      Match match = flow.key().match();
      Optional<Long> vni = match.exact(OxmField.METADATA);
      Optional<IpAddress> address = nextHop(match);
      if (flow.key().table() == Tables.NEXT_HOP
          && flow.key().priority() == LEARNED
          && vni.isPresent()
          && address.isPresent()
          && flow.actions().getFirst() instanceof Action.SetField(OxmEntry mac)) {
        learned.put(
            new NetworkAddress(vni.get(), address.get()), new MacAddress(mac.value().toLong()));
      }
    }
    return learned;
  }

  private static Optional<IpAddress> nextHop(Match match) {
    return match.exact(OxmField.ETH_TYPE).equals(Optional.of((long) Packets.ETHERTYPE_IPV6))
        ? Optional.of(Ipv6Address.of(match.register(Registers.NEXT_HOP_IPV6)))
        : match.exact(Registers.NEXT_HOP).map(address -> new Ipv4Address(address.intValue()));
  }
}
