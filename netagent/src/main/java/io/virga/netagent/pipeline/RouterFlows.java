package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
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
      for (Family family : Family.values()) {
        leg.address(family).ifPresent(own -> compile(router, leg, own, flows));
      }
    }
  }

  /**
   * @param speaker by which the router speaks of itself on the interface
   */
  private static void compile(Router router, Router.Leg leg, IpAddress speaker, FlowSet flows) {
    Family family = Family.of(speaker);
    Match received =
        family
            .packets()
            .with(OxmField.METADATA, leg.network().vni())
            .with(OxmField.ETH_DST, leg.mac().bits());
    if (!router.spec().adminUp()) {
      flows.drop(key(Tables.ROUTER, 50, received));
      return;
    }
    router.addresses(family).forEach(own -> compileOwn(router, own, received, flows));
    if (family == Family.IPV4) {
      router.exit().ifPresent(exit -> echo(router, exit.address(), received, flows));
    } else {
      leg.linkLocal().ifPresent(own -> compileLinkLocal(leg, own, received, flows));
    }
    flows.next(key(Tables.ROUTER, 50, received), enter(router, speaker), Tables.ROUTES);
    flows.end(key(Tables.FORWARD, 110, received), List.of(new Action.Resubmit(Tables.ROUTER)));
  }

  /** Echo is answered; to everything else the router has no service to offer. */
  private static void compileOwn(Router router, IpAddress own, Match received, FlowSet flows) {
    Match toOwn = Family.to(received, own);
    echo(router, own, received, flows);
    flows.next(
        key(Tables.ROUTER, 95, toOwn.with(OxmField.IP_PROTO, Packets.UDP)),
        Unsendable.NO_SERVICE.because(Family.of(own), enter(router, own)),
        Tables.ICMP_ERROR);
    flows.drop(key(Tables.ROUTER, 90, toOwn));
  }

  private static void echo(Router router, IpAddress own, Match received, FlowSet flows) {
    List<Action> echo = new ArrayList<>();
    echo.add(new Action.ConnectionTrackClear());
    echo.addAll(Family.echoReply(own));
    echo.add(Packets.FROM_NOWHERE);
    echo.add(new Action.SetField(Registers.ORIGIN, 0));
    echo.add(new Action.SetField(Registers.ROUTER, router.number()));
    echo.add(new Action.Resubmit(Tables.ROUTES));
    flows.end(key(Tables.ROUTER, 100, Family.of(own).echo(Family.to(received, own))), echo);
  }

  /** No route leads to an address of a link: who has sent it has it back on that link. */
  private static void compileLinkLocal(
      Router.Leg leg, Ipv6Address own, Match received, FlowSet flows) {
    List<Action> echo = new ArrayList<>();
    echo.add(new Action.ConnectionTrackClear());
    echo.addAll(Family.echoOnLink(leg.mac(), own));
    Match toOwn = Family.to(received, own);
    flows.end(key(Tables.ROUTER, 100, Family.IPV6.echo(toOwn)), echo);
    flows.drop(key(Tables.ROUTER, 90, toOwn));
  }

  private static List<Action> enter(Router router, IpAddress own) {
    return List.of(
        new Action.SetField(Registers.ROUTER, router.number()),
        new Action.SetField(Family.of(own).routerAddress(), own.octets()));
  }
}
