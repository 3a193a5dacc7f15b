package io.virga.netagent.trace;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.pipeline.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes one packet through flows as a switch would. It is the first of its connection: the
 * connection tracker calls it new wherever it is asked, unless what a router has made of it answers
 * what the same zone has remembered. Used once, by one thread.
 */
final class PacketTrace {

  /**
   * A switch takes at most 4,096 copies of a packet, each of which is taken through three tables.
   */
  private static final int MOST_STEPS = 16_384;

  /** Tables, one entered from another; a switch gives up as well. */
  private static final int MOST_DEPTH = 256;

  private final FlowTables tables;
  private final Words words;
  private final Set<TracedConnection> remembered = new HashSet<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Exit> exits = new ArrayList<>();
  private int depth;

  /**
   * Where a copy of the packet left the bridge.
   *
   * @param port an OpenFlow port number
   */
  record Exit(int port, TracedPacket packet) {}

  PacketTrace(FlowTables tables, Words words) {
    this.tables = tables;
    this.words = words;
  }

  /** From the first table on. */
  void run(TracedPacket packet) {
    look(0, packet);
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  List<Exit> exits() {
    return List.copyOf(exits);
  }

  private TracedPacket look(int table, TracedPacket packet) {
    if (steps.size() >= MOST_STEPS || depth >= MOST_DEPTH) {
      throw new IllegalStateException(
          "%d tables, one from another %d deep: the flows go round".formatted(steps.size(), depth));
    }
    Optional<Flow> found = tables.find(table, packet);
    Stage stage = Stage.of(table);
    if (found.isEmpty()) {
      steps.add(new Step(table, stage.purpose(), "", List.of("dropped: " + stage.refusal())));
      return packet;
    }
    depth++;
    TracedPacket after = follow(found.get(), stage, packet);
    depth--;
    return after;
  }

  private TracedPacket follow(Flow flow, Stage stage, TracedPacket packet) {
    List<String> effects = new ArrayList<>();
    int place = steps.size();
    steps.add(new Step(stage.table(), stage.purpose(), "", List.of()));
    TracedPacket now = packet;
    boolean alive = true;
    for (Action action : flow.actions()) {
      effects.addAll(words.of(action, now));
      now = apply(action, now);
      alive = alive && !(action instanceof Action.DecrementTtl && now.number(OxmField.IP_TTL) == 0);
    }
    if (flow.actions().isEmpty() && flow.gotoTable().isEmpty()) {
      effects.add("dropped: " + stage.refusal());
    }
    steps.set(
        place,
        new Step(
            stage.table(),
            stage.purpose(),
            "priority " + flow.key().priority() + ", " + words.of(flow.key().match()),
            effects));
    return alive && flow.gotoTable().isPresent() ? look(flow.gotoTable().getAsInt(), now) : now;
  }

  private TracedPacket apply(Action action, TracedPacket packet) {
    return switch (action) {
      case Action.SetField set -> packet.with(set.entry());
      case Action.CopyField copy ->
          packet.copied(
              copy.source(),
              copy.sourceOffset(),
              copy.destination(),
              copy.destinationOffset(),
              copy.bits());
      case Action.DecrementTtl _ ->
          packet.with(OxmField.IP_TTL, Math.max(0, packet.number(OxmField.IP_TTL) - 1));
      case Action.PushVlan _ -> packet.with(OxmField.VLAN_VID, OpenFlow.VLAN_PRESENT);
      case Action.PopVlan _ -> packet.with(OxmField.VLAN_VID, 0);
      case Action.Output output -> {
        leave(output.port(), packet);
        yield packet;
      }
      case Action.Resubmit resubmit -> look(resubmit.table(), packet);
      case Action.ConnectionTrack track -> {
        track(track, packet);
        yield packet;
      }
      case Action.ConnectionTrackClear _ -> packet.with(OxmField.CT_STATE, 0);
      case Action.Nat _,
          Action.Meter _,
          Action.Group _,
          Action.Controller _,
          Action.Conjunction _,
          Action.Opaque _ ->
          packet;
    };
  }

  private void leave(int port, TracedPacket packet) {
    int inPort = (int) packet.number(OxmField.IN_PORT);
    if (port == OpenFlow.PORT_IN_PORT) {
      exits.add(new Exit(inPort, packet));
    } else if (port != inPort) {
      exits.add(new Exit(port, packet));
    }
  }

  /** The tracker has a copy of the packet, which goes on with what the tracker says of it. */
  private void track(Action.ConnectionTrack track, TracedPacket packet) {
    TracedConnection connection = TracedConnection.of(packet, zone(track, packet));
    boolean answers = remembered.contains(connection.reversed());
    if (track.commit() && !answers) {
      remembered.add(connection);
    }
    if (track.recircTable() == Action.ConnectionTrack.NOWHERE) {
      return;
    }
    int state = answers ? OpenFlow.CT_ESTABLISHED | OpenFlow.CT_REPLY : OpenFlow.CT_NEW;
    TracedPacket tracked = packet.with(OxmField.CT_STATE, OpenFlow.CT_TRACKED | state);
    for (Action within : track.actions()) {
      tracked = within instanceof Action.Nat nat ? translated(nat, tracked) : tracked;
    }
    look(track.recircTable(), tracked);
  }

  private static long zone(Action.ConnectionTrack track, TracedPacket packet) {
    return switch (track.zone()) {
      case Action.Zone.Fixed fixed -> fixed.zone();
      case Action.Zone.FromField from -> packet.number(from.field());
    };
  }

  private static TracedPacket translated(Action.Nat nat, TracedPacket packet) {
    if (nat.range().isEmpty()) {
      return packet;
    }
    Action.NatRange range = nat.range().get();
    boolean source = nat.flags() == Action.Nat.SOURCE;
    TracedPacket addressed =
        packet.with(
            source ? OxmField.IPV4_SRC : OxmField.IPV4_DST,
            Integer.toUnsignedLong(range.addressMin()));
    return range.portMin() == 0
        ? addressed
        : Transport.of(packet)
            .map(
                transport ->
                    addressed.with(
                        source ? transport.source() : transport.target(), range.portMin()))
            .orElse(addressed);
  }
}
