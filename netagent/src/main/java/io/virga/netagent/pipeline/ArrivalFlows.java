package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.RouterSpec.Forwarding;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What comes for a router's external addresses that this host has, from the wire or from a guest
 * here: ARP is answered, packets are translated and go on by the router's routes.
 */
final class ArrivalFlows {

  private final Router router;
  private final Exit exit;
  private final FlowSet flows;

  ArrivalFlows(Router router, Exit exit, FlowSet flows) {
    this.router = router;
    this.exit = exit;
    this.flows = flows;
  }

  void compile() {
    exit.own().forEach(this::compileOwn);
    for (Exit.Floating floating : exit.floating()) {
      if (floating.here()) {
        compileFloating(floating);
      }
    }
    if (exit.gateway()) {
      compileGateway();
    }
    Match arrived = Packets.IPV4.with(Registers.ROUTER, router.number());
    flows.next(key(Tables.ARRIVED, 50, arrived), Tables.ROUTES);
  }

  private Match to(MacAddress mac) {
    return Packets.IPV4
        .with(OxmField.METADATA, exit.network().vni())
        .with(OxmField.ETH_DST, mac.bits());
  }

  private static Match to(Match base, Ipv4Address address) {
    return base.with(OxmField.IPV4_DST, address.unsigned());
  }

  private void compileOwn(Ipv4Address address, MacAddress mac) {
    flows.end(
        key(
            Tables.ARRIVAL,
            100,
            Packets.ARP
                .with(OxmField.METADATA, exit.network().vni())
                .with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                .with(OxmField.ARP_TPA, address.unsigned())),
        NetworkFlows.arpReply(
            mac,
            List.of(new Action.SetField(OxmField.ARP_SPA, address.unsigned())),
            Packets.sendBack()));
    flows.drop(key(Tables.ARRIVAL, 40, to(mac)));
    flows.end(
        key(Tables.FORWARD, 110, to(mac)),
        List.of(
            new Action.ConnectionTrackClear(),
            Packets.FROM_NOWHERE,
            new Action.Resubmit(Tables.ARRIVAL)));
  }

  private void compileFloating(Exit.Floating floating) {
    Match received = to(to(floating.mac()), floating.address());
    for (int ttl = 0; ttl <= 1; ttl++) {
      flows.next(
          key(Tables.ARRIVAL, 110, received.with(OxmField.IP_TTL, ttl)),
          Unsendable.TOO_MANY_HOPS.because(Family.IPV4, enter(floating.address())),
          Tables.ICMP_ERROR);
    }
    if (floating.fixed().isPresent()) {
      translate(received, floating.address(), floating.fixed().get(), 0);
    } else {
      floating.forwardings().forEach(forwarding -> compile(floating, forwarding, received));
      echo(key(Tables.ARRIVAL, 95, Family.IPV4.echo(received)), floating.address(), floating.mac());
      known(key(Tables.ARRIVAL, 90, Packets.icmp(received)), floating.address());
      flows.drop(key(Tables.ARRIVED, 90, untranslated(floating.address())));
    }
  }

  private void compile(Exit.Floating floating, Forwarding forwarding, Match received) {
    Ipv4Address.parse(forwarding.to().ip())
        .ifPresent(
            to -> {
              int first = forwarding.externalPort();
              int last = forwarding.externalPortLast();
              if (first == forwarding.internalPort() && last > first) {
                TransportMatches.destinationPorts(received, forwarding.protocol(), first, last)
                    .forEach(match -> translate(match, floating.address(), to, 0));
              } else {
                for (int port = first; port <= last; port++) {
                  int target = forwarding.internalPort() + port - first;
                  TransportMatches.destinationPorts(received, forwarding.protocol(), port, port)
                      .forEach(match -> translate(match, floating.address(), to, target));
                }
              }
            });
  }

  private void translate(Match match, Ipv4Address own, Ipv4Address fixed, int port) {
    List<Action> actions = new ArrayList<>(enter(own));
    actions.add(Translation.commit(router, Action.Nat.DESTINATION, fixed, port, Tables.ARRIVED));
    flows.end(key(Tables.ARRIVAL, 100, match), actions);
  }

  private void compileGateway() {
    Ipv4Address own = exit.address();
    Match received = to(exit.mac());
    known(key(Tables.ARRIVAL, 100, to(received, own)), own);
    Match untranslated = untranslated(own);
    echo(key(Tables.ARRIVED, 100, Family.IPV4.echo(untranslated)), own, exit.mac());
    flows.drop(key(Tables.ARRIVED, 90, untranslated));
    if (!exit.snat()) {
      flows.next(key(Tables.ARRIVAL, 50, received), enter(own), Tables.ROUTES);
    }
  }

  /** What belongs to a connection of the router, errors that speak of one too. */
  private void known(FlowKey key, Ipv4Address own) {
    List<Action> actions = new ArrayList<>(enter(own));
    actions.add(Translation.back(router, Tables.ARRIVED));
    flows.end(key, actions);
  }

  /** What the router's tracker has left as it was. */
  private Match untranslated(Ipv4Address own) {
    return to(Packets.IPV4.with(Registers.ROUTER, router.number()), own);
  }

  private void echo(FlowKey key, Ipv4Address own, MacAddress mac) {
    flows.end(key, Family.echoOnLink(mac, own));
  }

  private List<Action> enter(Ipv4Address own) {
    return List.of(
        new Action.SetField(Registers.ORIGIN, 0),
        new Action.SetField(Registers.ROUTER, router.number()),
        new Action.SetField(Registers.ROUTER_ADDRESS, own.unsigned()));
  }
}
