package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Optional;

/** A router's routes; of two to the same prefix an interface's is taken. */
final class RouteFlows {

  private static final int LONGEST_PREFIX = 100;

  /** Above the longest prefix. */
  private static final int EXPIRED = 1000;

  private static final int STAYS_ON_ITS_LINK = 1100;
  private static final Ipv6Prefix LINK_LOCAL =
      new Ipv6Prefix(Ipv6Address.linkLocal(new MacAddress(0)), 10);
  private static final Ipv6Prefix MULTICAST = new Ipv6Prefix(Ipv6Address.ALL_NODES, 8);

  private RouteFlows() {}

  static void compile(Router router, FlowSet flows) {
    if (!router.spec().adminUp()) {
      return;
    }
    for (Family family : Family.values()) {
      compile(family, routed(router, family), flows);
    }
    for (Router.Leg leg : router.legs()) {
      for (Router.Address own : leg.addresses()) {
        Family family = Family.of(own.address());
        flows.next(
            route(router, own.prefix(), 1),
            through(leg, new Action.CopyField(family.destination(), family.nextHop())),
            Tables.NEXT_HOP);
      }
    }
    router.spec().routes().forEach(route -> compile(router, route, flows));
    router.exit().ifPresent(exit -> compile(router, exit, flows));
  }

  private static Match routed(Router router, Family family) {
    return family.packets().with(Registers.ROUTER, router.number());
  }

  /** What goes nowhere, whatever the routes. */
  private static void compile(Family family, Match routed, FlowSet flows) {
    for (int ttl = 0; ttl <= 1; ttl++) {
      flows.next(
          key(Tables.ROUTES, EXPIRED, routed.with(OxmField.IP_TTL, ttl)),
          Unsendable.TOO_MANY_HOPS.because(family),
          Tables.ICMP_ERROR);
    }
    if (family == Family.IPV6) {
      flows.drop(key(Tables.ROUTES, STAYS_ON_ITS_LINK, Family.to(routed, LINK_LOCAL)));
      flows.drop(key(Tables.ROUTES, STAYS_ON_ITS_LINK, Family.from(routed, LINK_LOCAL)));
      flows.drop(key(Tables.ROUTES, STAYS_ON_ITS_LINK, Family.to(routed, MULTICAST)));
    }
    flows.next(
        key(Tables.ROUTES, 10, routed), Unsendable.NO_ROUTE.because(family), Tables.ICMP_ERROR);
  }

  private static void compile(Router router, RouterSpec.Route route, FlowSet flows) {
    Optional<IpPrefix> destination = IpPrefix.parse(route.destination());
    Optional<IpAddress> nextHop = IpAddress.parse(route.nextHop());
    if (destination.isEmpty()
        || nextHop.isEmpty()
        || Family.of(destination.get().address()) != Family.of(nextHop.get())) {
      return;
    }
    FlowKey key = route(router, destination.get(), 0);
    Action to = new Action.SetField(Family.of(nextHop.get()).nextHop(), nextHop.get().octets());
    router.legs().stream()
        .filter(leg -> leg.reaches(nextHop.get()))
        .findFirst()
        .ifPresent(leg -> flows.next(key, through(leg, to), Tables.NEXT_HOP));
    router
        .exit()
        .filter(exit -> exit.reaches(nextHop.get()))
        .ifPresent(_ -> flows.next(key, List.of(to), Tables.EXIT));
  }

  /** The external network, and by its own router everything else. */
  private static void compile(Router router, Exit exit, FlowSet flows) {
    for (Exit.Own own : exit.addresses()) {
      flows.next(
          route(router, own.prefix(), 1),
          List.of(new Action.CopyField(OxmField.IPV4_DST, Registers.NEXT_HOP)),
          Tables.EXIT);
    }
    exit.nextHop()
        .ifPresent(
            nextHop ->
                flows.next(
                    route(router, Ipv4Prefix.ALL, 0),
                    List.of(new Action.SetField(Registers.NEXT_HOP, nextHop.unsigned())),
                    Tables.EXIT));
  }

  /** The key of a route: a longer prefix has a higher priority. */
  static FlowKey route(Router router, IpPrefix prefix, int preference) {
    return key(
        Tables.ROUTES,
        LONGEST_PREFIX + 2 * prefix.length() + preference,
        Family.to(routed(router, Family.of(prefix.address())), prefix));
  }

  private static List<Action> through(Router.Leg leg, Action nextHop) {
    return List.of(
        nextHop,
        new Action.DecrementTtl(),
        new Action.SetField(OxmField.ETH_SRC, leg.mac().bits()),
        new Action.SetField(OxmField.METADATA, leg.network().vni()));
  }
}
