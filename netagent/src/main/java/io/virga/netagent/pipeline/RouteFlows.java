package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import java.util.List;
import java.util.Optional;

/** A router's routes; of two to the same prefix an interface's is taken. */
final class RouteFlows {

  private static final int LONGEST_PREFIX = 100;

  private RouteFlows() {}

  static void compile(Router router, FlowSet flows) {
    if (!router.spec().adminUp()) {
      return;
    }
    Match routed = Packets.IPV4.with(Registers.ROUTER, router.number());
    for (int ttl = 0; ttl <= 1; ttl++) {
      flows.next(
          key(Tables.ROUTES, 200, routed.with(OxmField.IP_TTL, ttl)),
          AgentFlows.because(AgentFlows.TIME_EXCEEDED, List.of()),
          Tables.ICMP_ERROR);
    }
    for (Router.Leg leg : router.legs()) {
      for (Router.Address own : leg.addresses()) {
        flows.next(
            route(routed, own.prefix(), 1),
            through(leg, new Action.CopyField(OxmField.IPV4_DST, Registers.NEXT_HOP)),
            Tables.NEXT_HOP);
      }
    }
    router.spec().routes().forEach(route -> compile(router, route, routed, flows));
    router.exit().ifPresent(exit -> compile(exit, routed, flows));
    flows.next(
        key(Tables.ROUTES, 10, routed),
        AgentFlows.because(AgentFlows.NETWORK_UNREACHABLE, List.of()),
        Tables.ICMP_ERROR);
  }

  private static void compile(Router router, RouterSpec.Route route, Match routed, FlowSet flows) {
    Optional<Ipv4Prefix> destination = Ipv4Prefix.parse(route.destination());
    Optional<Ipv4Address> nextHop = Ipv4Address.parse(route.nextHop());
    if (destination.isEmpty() || nextHop.isEmpty()) {
      return;
    }
    FlowKey key = route(routed, destination.get(), 0);
    Action to = new Action.SetField(Registers.NEXT_HOP, nextHop.get().unsigned());
    router.legs().stream()
        .filter(leg -> leg.reaches(nextHop.get()))
        .findFirst()
        .ifPresent(leg -> flows.next(key, through(leg, to), Tables.NEXT_HOP));
    router
        .exit()
        .filter(exit -> exit.leg().reaches(nextHop.get()))
        .ifPresent(_ -> flows.next(key, List.of(to), Tables.EXIT));
  }

  /** The external network, and by its own router everything else. */
  private static void compile(Exit exit, Match routed, FlowSet flows) {
    for (Router.Address own : exit.leg().addresses()) {
      flows.next(
          route(routed, own.prefix(), 1),
          List.of(new Action.CopyField(OxmField.IPV4_DST, Registers.NEXT_HOP)),
          Tables.EXIT);
    }
    exit.nextHop()
        .ifPresent(
            nextHop ->
                flows.next(
                    route(routed, new Ipv4Prefix(Ipv4Address.ANY, 0), 0),
                    List.of(new Action.SetField(Registers.NEXT_HOP, nextHop.unsigned())),
                    Tables.EXIT));
  }

  /** The key of a route: a longer prefix has a higher priority. */
  private static FlowKey route(Match routed, Ipv4Prefix prefix, int preference) {
    return key(
        Tables.ROUTES,
        LONGEST_PREFIX + 2 * prefix.length() + preference,
        routed.with(OxmField.IPV4_DST, prefix.address().unsigned(), prefix.mask().unsigned()));
  }

  private static List<Action> through(Router.Leg leg, Action nextHop) {
    return List.of(
        nextHop,
        new Action.DecrementTtl(),
        new Action.SetField(OxmField.ETH_SRC, leg.mac().bits()),
        new Action.SetField(OxmField.METADATA, leg.network().vni()));
  }
}
