package io.virga.netagent.trace;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmEntry;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Registers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Fields, actions and ports as an operator calls them. */
final class Words {

  static final String TO_AGENT = "hands it to the agent";

  private static final Map<OxmField, String> NAMES =
      Map.ofEntries(
          Map.entry(OxmField.IN_PORT, "in_port"),
          Map.entry(OxmField.METADATA, "network"),
          Map.entry(OxmField.ETH_DST, "to MAC"),
          Map.entry(OxmField.ETH_SRC, "from MAC"),
          Map.entry(OxmField.ETH_TYPE, "ethertype"),
          Map.entry(OxmField.VLAN_VID, "VLAN"),
          Map.entry(OxmField.IP_DSCP, "DSCP"),
          Map.entry(OxmField.IP_PROTO, "protocol"),
          Map.entry(OxmField.IPV4_SRC, "from"),
          Map.entry(OxmField.IPV4_DST, "to"),
          Map.entry(OxmField.TCP_SRC, "from TCP port"),
          Map.entry(OxmField.TCP_DST, "to TCP port"),
          Map.entry(OxmField.UDP_SRC, "from UDP port"),
          Map.entry(OxmField.UDP_DST, "to UDP port"),
          Map.entry(OxmField.ICMPV4_TYPE, "ICMP type"),
          Map.entry(OxmField.ICMPV4_CODE, "ICMP code"),
          Map.entry(OxmField.IPV6_SRC, "from"),
          Map.entry(OxmField.IPV6_DST, "to"),
          Map.entry(OxmField.ICMPV6_TYPE, "ICMPv6 type"),
          Map.entry(OxmField.ND_TARGET, "neighbour"),
          Map.entry(OxmField.ARP_OP, "ARP operation"),
          Map.entry(OxmField.ARP_SPA, "ARP sender"),
          Map.entry(OxmField.ARP_TPA, "ARP target"),
          Map.entry(OxmField.IP_TTL, "TTL"),
          Map.entry(OxmField.TUNNEL_ID, "tunnelled network"),
          Map.entry(OxmField.TUNNEL_IPV4_DST, "tunnel to"),
          Map.entry(OxmField.TUNNEL_IPV4_SRC, "tunnel from"),
          Map.entry(OxmField.CT_STATE, "connection"),
          Map.entry(OxmField.CT_MARK, "mark of the connection"));

  private static final List<OxmField> IPV4_FIELDS =
      List.of(
          OxmField.IPV4_SRC,
          OxmField.IPV4_DST,
          OxmField.ARP_SPA,
          OxmField.ARP_TPA,
          OxmField.TUNNEL_IPV4_DST,
          OxmField.TUNNEL_IPV4_SRC);

  private final Map<Integer, String> ports = new HashMap<>();

  Words(HostView view) {
    view.wired().forEach((id, ofport) -> ports.put(ofport, "port " + id));
    view.uplinks().tunnel().ifPresent(ofport -> ports.put(ofport, "the tunnel"));
    view.uplinks()
        .patches()
        .forEach((network, ofport) -> ports.put(ofport, "the wire of " + network));
    view.metadata().ifPresent(door -> ports.put(door.ofport(), "the metadata server"));
  }

  /** The port of the bridge. */
  String port(int ofport) {
    return ports.getOrDefault(ofport, "OpenFlow port " + ofport);
  }

  String of(Match match) {
    return match.entries().isEmpty()
        ? "every packet"
        : match.entries().stream().map(this::of).collect(Collectors.joining(", "));
  }

  private String of(OxmEntry entry) {
    String value = value(entry.field(), entry.value());
    return NAMES.getOrDefault(entry.field(), Registers.nameOf(entry.field()))
        + " "
        + value
        + entry.mask().map(mask -> "/" + value(entry.field(), mask)).orElse("");
  }

  private String value(OxmField field, Octets value) {
    if (IPV4_FIELDS.contains(field)) {
      return new Ipv4Address((int) value.toLong()).toString();
    }
    if (field.widthBytes() == 6) {
      return new MacAddress(value.toLong()).toString();
    }
    return field.widthBytes() > Long.BYTES
        ? Ipv6Address.of(value).toString()
        : Long.toUnsignedString(value.toLong());
  }

  /** What the action does, unless that is bookkeeping of the pipeline. */
  List<String> of(Action action, TracedPacket packet) {
    return switch (action) {
      case Action.SetField set ->
          NAMES.containsKey(set.entry().field()) ? List.of("sets " + of(set.entry())) : List.of();
      case Action.DecrementTtl _ -> List.of("takes one from the TTL");
      case Action.PushVlan _ -> List.of("puts a VLAN tag on");
      case Action.PopVlan _ -> List.of("takes the VLAN tag off");
      case Action.Output output -> List.of(output(output.port(), packet));
      case Action.Meter meter -> List.of("counts it in meter " + meter.meterId());
      case Action.Controller _ -> List.of(TO_AGENT);
      case Action.ConnectionTrack track -> tracking(track);
      case Action.CopyField _, Action.Resubmit _, Action.Nat _, Action.Conjunction _ -> List.of();
      case Action.ConnectionTrackClear _ -> List.of("forgets what the tracker said");
      case Action.Group group -> List.of("group " + group.groupId());
      case Action.Opaque _ -> List.of("an action that the agent does not make");
    };
  }

  private String output(int port, TracedPacket packet) {
    int inPort = (int) packet.number(OxmField.IN_PORT);
    if (port == inPort) {
      return "nothing: it came from there";
    }
    String where = port(port == OpenFlow.PORT_IN_PORT ? inPort : port);
    long endpoint = packet.number(OxmField.TUNNEL_IPV4_DST);
    return where.equals("the tunnel")
        ? "sends it through the tunnel to " + new Ipv4Address((int) endpoint)
        : "sends it to " + where;
  }

  private List<String> tracking(Action.ConnectionTrack track) {
    Optional<Action.NatRange> range =
        track.actions().stream()
            .filter(Action.Nat.class::isInstance)
            .flatMap(action -> ((Action.Nat) action).range().stream())
            .findFirst();
    String what = track.commit() ? "remembers the connection" : "asks the connection tracker";
    return range.map(to -> List.of(what, "translates to " + translated(to))).orElse(List.of(what));
  }

  private static String translated(Action.NatRange range) {
    String address = new Ipv4Address(range.addressMin()).toString();
    return range.portMin() == 0 ? address : address + ":" + range.portMin();
  }
}
