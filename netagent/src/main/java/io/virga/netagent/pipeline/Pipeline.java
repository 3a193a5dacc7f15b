package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.MacAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Compiles what is desired of a host to the flows of its integration bridge. */
public final class Pipeline {

  private Pipeline() {}

  /** The MAC of a network's gateway and of what else the host answers for it. */
  public static MacAddress routerMac(NetworkSpec network) {
    return NetworkFlows.routerMac(network);
  }

  /** Has a router send a packet by its own routes. */
  public static Message.PacketOut sendAsRouter(int number, Octets frame) {
    return new Message.PacketOut(
        OpenFlow.PORT_CONTROLLER,
        List.of(new Action.SetField(Registers.ROUTER, number), new Action.Resubmit(Tables.ROUTES)),
        frame);
  }

  /** Sends a frame within a network, to where its destination is. */
  public static Message.PacketOut sendWithin(long vni, Octets frame) {
    return new Message.PacketOut(
        OpenFlow.PORT_CONTROLLER,
        List.of(new Action.SetField(OxmField.METADATA, vni), new Action.Resubmit(Tables.FORWARD)),
        frame);
  }

  /** What routers are on the wires of the host. */
  public static WirePresence presence(HostView view) {
    return WirePresence.of(Router.all(view));
  }

  /** What a switch that holds the flows was told of machines on wires. */
  public static Map<NetworkAddress, MacAddress> learned(Collection<Flow> held) {
    return NextHopFlows.learned(held);
  }

  /** All flows that the bridge shall hold, and no others. */
  public static Map<FlowKey, Flow> compile(HostView view) {
    FlowCompiler compiler = new FlowCompiler();
    compiler.compile(view);
    return compiler.flows();
  }

  /** Which connections of a router to forget when the flow goes or does something else. */
  public static List<Message> translatedBy(Flow flow) {
    return Translation.madeBy(flow);
  }

  /** The connection tracker's zone of the port that a flow of the first table lets in. */
  public static Optional<Integer> zoneOfEntry(Flow flow) {
    return flow.key().table() == Tables.CLASSIFY
            && flow.gotoTable().equals(OptionalInt.of(Tables.LIMITS))
        ? flow.key().match().exact(OxmField.IN_PORT).map(Long::intValue)
        : Optional.empty();
  }
}
