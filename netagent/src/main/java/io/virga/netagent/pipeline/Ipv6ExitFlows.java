package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv6Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * IPv6 to and from a router's external network: routes that lead there, what leaves by the
 * gateway's host, and what comes to it. No address is translated.
 */
final class Ipv6ExitFlows {

  private final Router router;
  private final Ipv6Exit exit;
  private final FlowSet flows;

  Ipv6ExitFlows(Router router, Ipv6Exit exit, FlowSet flows) {
    this.router = router;
    this.exit = exit;
    this.flows = flows;
  }

  void compile(OptionalInt tunnel) {
    compileRoutes();
    Match leaves = Packets.IPV6.with(Registers.ROUTER, router.number());
    if (exit.here()) {
      flows.next(
          key(Tables.EXIT, 50, leaves),
          List.of(
              new Action.DecrementTtl(),
              new Action.SetField(OxmField.ETH_SRC, exit.leg().mac().bits()),
              new Action.SetField(OxmField.METADATA, exit.network().vni()),
              new Action.SetField(Registers.ORIGIN, 0)),
          Tables.NEXT_HOP);
      compileArrival();
    } else if (exit.gatewayEndpoint().isPresent() && tunnel.isPresent()) {
      flows.end(
          key(Tables.EXIT, 50, Registers.notFromTunnel(leaves)),
          ExitFlows.toGateway(exit.gatewayEndpoint().get(), tunnel.getAsInt()));
    }
  }

  private void compileRoutes() {
    OxmField nextHop = Family.IPV6.nextHop();
    for (Router.Address own : exit.leg().addresses()) {
      flows.next(
          RouteFlows.route(router, own.prefix(), 1),
          List.of(new Action.CopyField(OxmField.IPV6_DST, nextHop)),
          Tables.EXIT);
    }
    for (RouterSpec.Route route : router.spec().routes()) {
      IpPrefix.parse(route.destination())
          .filter(Ipv6Prefix.class::isInstance)
          .ifPresent(
              destination ->
                  IpAddress.parse(route.nextHop())
                      .filter(exit.leg()::reaches)
                      .ifPresent(to -> compileRoute(destination, to)));
    }
    exit.nextHop().ifPresent(to -> compileRoute(Ipv6Prefix.ALL, to));
  }

  private void compileRoute(IpPrefix destination, IpAddress to) {
    flows.next(
        RouteFlows.route(router, destination, 0),
        List.of(new Action.SetField(Family.IPV6.nextHop(), to.octets())),
        Tables.EXIT);
  }

  private void compileArrival() {
    Match here = Match.ANY.with(OxmField.METADATA, exit.network().vni());
    Match received = here.and(Packets.IPV6).with(OxmField.ETH_DST, exit.leg().mac().bits());
    exit.leg()
        .known()
        .forEach(
            own -> {
              flows.end(
                  key(
                      Tables.ARRIVAL,
                      100,
                      here.and(Discovery.SOLICITATION).with(OxmField.ND_TARGET, own.octets())),
                  answer(own));
              Match toOwn = Family.to(received, own);
              flows.end(
                  key(Tables.ARRIVAL, 95, Family.IPV6.echo(toOwn)),
                  Family.echoOnLink(exit.leg().mac(), own));
              flows.drop(key(Tables.ARRIVAL, 90, toOwn));
            });
    IpAddress speaker = exit.leg().addresses().getFirst().address();
    flows.next(
        key(Tables.ARRIVAL, 50, received),
        List.of(
            new Action.SetField(Registers.ORIGIN, 0),
            new Action.SetField(Registers.ROUTER, router.number()),
            new Action.SetField(Family.IPV6.routerAddress(), speaker.octets())),
        Tables.ROUTES);
    flows.end(
        key(Tables.FORWARD, 110, received),
        List.of(
            new Action.ConnectionTrackClear(),
            Packets.FROM_NOWHERE,
            new Action.Resubmit(Tables.ARRIVAL)));
  }

  private List<Action> answer(IpAddress own) {
    List<Action> actions =
        new ArrayList<>(
            DiscoveryFlows.answer(
                exit.leg().mac(), new Action.SetField(OxmField.IPV6_SRC, own.octets()), true));
    actions.add(new Action.Resubmit(Tables.ANSWER));
    return actions;
  }
}
