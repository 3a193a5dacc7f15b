package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.packet.Icmpv6Error;
import java.util.List;
import java.util.Optional;

/**
 * What routers leave to the agent: to tell a sender that its packet goes no further, and to ask for
 * a MAC on a wire. Metered for each port, that no guest takes it from the others.
 */
final class AgentFlows {

  private static final int MAX_QUOTED_BYTES = 14 + Icmpv6Error.MAX_QUOTED_BYTES;
  private static final int WHOLE = 0xffff;

  private AgentFlows() {}

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
