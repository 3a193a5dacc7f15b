package io.virga.netagent.trace;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.pipeline.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes one packet through flows as a switch would. It is the first of its connection: the
 * connection tracker calls it new wherever it is asked. Used once, by one thread.
 */
final class PacketTrace {

  /** A switch gives up as well, after 4,096. */
  private static final int MOST_STEPS = 1_000;

  private static final int NO_TABLE = 0xff;

  private final Map<Integer, List<Flow>> tables = new HashMap<>();
  private final Words words;
  private final List<Step> steps = new ArrayList<>();
  private final List<Exit> exits = new ArrayList<>();

  /**
   * Where a copy of the packet left the bridge.
   *
   * @param port an OpenFlow port number
   */
  record Exit(int port, TracedPacket packet) {}

  PacketTrace(Collection<Flow> flows, Words words) {
    this.words = words;
    for (Flow flow : flows) {
      tables.computeIfAbsent(flow.key().table(), _ -> new ArrayList<>()).add(flow);
    }
    tables
        .values()
        .forEach(
            table ->
                table.sort(
                    Comparator.<Flow>comparingInt(flow -> flow.key().priority()).reversed()));
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
    if (steps.size() >= MOST_STEPS) {
      throw new IllegalStateException("more than " + MOST_STEPS + " tables: the flows go round");
    }
    Optional<Flow> found =
        tables.getOrDefault(table, List.of()).stream()
            .filter(flow -> packet.matches(flow.key().match()))
            .findFirst();
    Stage stage = Stage.of(table);
    if (found.isEmpty()) {
      steps.add(new Step(table, stage.purpose(), "", List.of("dropped: " + stage.refusal())));
      return packet;
    }
    return follow(found.get(), stage, packet);
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
    if (track.recircTable() == NO_TABLE) {
      return;
    }
    TracedPacket tracked = packet.with(OxmField.CT_STATE, OpenFlow.CT_TRACKED | OpenFlow.CT_NEW);
    for (Action within : track.actions()) {
      tracked = within instanceof Action.Nat nat ? translated(nat, tracked) : tracked;
    }
    look(track.recircTable(), tracked);
  }

  private static TracedPacket translated(Action.Nat nat, TracedPacket packet) {
    OxmField field = nat.flags() == Action.Nat.SOURCE ? OxmField.IPV4_SRC : OxmField.IPV4_DST;
    return nat.range()
        .map(range -> packet.with(field, Integer.toUnsignedLong(range.addressMin())))
        .orElse(packet);
  }
}
