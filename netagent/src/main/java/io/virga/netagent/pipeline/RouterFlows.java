package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import java.util.ArrayList;
import java.util.List;

/**
 * What a router does with packets that its interfaces receive. A packet that a router sends to
 * another one comes here again.
 */
final class RouterFlows {

  private RouterFlows() {}

  static void compile(Router router, FlowSet flows) {
    for (Router.Leg leg : router.legs()) {
      Match received =
          Packets.IPV4
              .with(OxmField.METADATA, leg.network().vni())
              .with(OxmField.ETH_DST, leg.mac().bits());
      if (!router.spec().adminUp()) {
        flows.drop(key(Tables.ROUTER, 50, received));
        continue;
      }
      router.addresses().forEach(own -> compileOwn(router, own, received, flows));
      router.exit().ifPresent(exit -> echo(router, exit.leg().address(), received, flows));
      flows.next(key(Tables.ROUTER, 50, received), enter(router, leg.address()), Tables.ROUTES);
      flows.end(key(Tables.FORWARD, 110, received), List.of(new Action.Resubmit(Tables.ROUTER)));
    }
  }

  /** Echo is answered; to everything else the router has no service to offer. */
  private static void compileOwn(Router router, Ipv4Address own, Match received, FlowSet flows) {
    Match toOwn = received.with(OxmField.IPV4_DST, own.unsigned());
    echo(router, own, received, flows);
    flows.next(
        key(Tables.ROUTER, 95, toOwn.with(OxmField.IP_PROTO, Packets.UDP)),
        AgentFlows.because(AgentFlows.PORT_UNREACHABLE, enter(router, own)),
        Tables.ICMP_ERROR);
    flows.drop(key(Tables.ROUTER, 90, toOwn));
  }

  private static void echo(Router router, Ipv4Address own, Match received, FlowSet flows) {
    Match toOwn = received.with(OxmField.IPV4_DST, own.unsigned());
    List<Action> echo = new ArrayList<>();
    echo.add(new Action.ConnectionTrackClear());
    echo.addAll(Packets.echoReply(own));
    echo.add(Packets.FROM_NOWHERE);
    echo.add(new Action.SetField(Registers.ORIGIN, 0));
    echo.add(new Action.SetField(Registers.ROUTER, router.number()));
    echo.add(new Action.Resubmit(Tables.ROUTES));
    flows.end(key(Tables.ROUTER, 100, Packets.echo(toOwn)), echo);
  }

  private static List<Action> enter(Router router, Ipv4Address own) {
    return List.of(
        new Action.SetField(Registers.ROUTER, router.number()),
        new Action.SetField(Registers.ROUTER_ADDRESS, own.unsigned()));
  }
}
