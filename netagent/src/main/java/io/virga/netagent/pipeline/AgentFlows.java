package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.packet.IcmpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What routers leave to the agent: to tell a sender that its packet goes no further, and to ask for
 * a MAC on a wire. Metered for each port, that no guest takes it from the others.
 */
final class AgentFlows {

  /** ICMP types and codes, a byte each (RFC 792). */
  static final int NETWORK_UNREACHABLE = 0x0300;

  static final int HOST_UNREACHABLE = 0x0301;
  static final int PORT_UNREACHABLE = 0x0303;
  static final int TIME_EXCEEDED = 0x0b00;

  private static final int MAX_QUOTED_BYTES = 14 + IcmpError.MAX_QUOTED_BYTES;
  private static final int WHOLE = 0xffff;

  private AgentFlows() {}

  /** What is done before a packet goes to {@link Tables#ICMP_ERROR}. */
  static List<Action> because(int typeAndCode, List<Action> before) {
    List<Action> actions = new ArrayList<>(before);
    actions.add(new Action.SetField(Registers.ICMP_ERROR, typeAndCode));
    return actions;
  }

  /** What the port's guest has sent. */
  static void compile(LocalPort port, FlowSet flows) {
    compile(port.ofport(), Match.ANY.with(Registers.SOURCE_PORT, port.ofport()), 100, flows);
  }

  /** What came from elsewhere. */
  static void compileOthers(FlowSet flows) {
    compile(0, Match.ANY, 50, flows);
  }

  private static void compile(int ofport, Match from, int priority, FlowSet flows) {
    Action meter = new Action.Meter(Meters.routing(ofport));
    flows.end(
        key(Tables.ICMP_ERROR, priority, from),
        List.of(meter, toAgent(MAX_QUOTED_BYTES, PacketInReason.ICMP_ERROR)));
    flows.end(
        key(Tables.RESOLVE, priority, from),
        List.of(meter, toAgent(WHOLE, PacketInReason.NEXT_HOP_UNKNOWN)));
  }

  private static Action toAgent(int maxBytes, int reason) {
    return new Action.Controller(maxBytes, 0, PacketInReason.userdata(reason), Optional.empty());
  }
}
