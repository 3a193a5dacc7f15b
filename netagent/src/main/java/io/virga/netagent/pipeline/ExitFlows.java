package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What leaves a router for its external network. The address that a floating IP stands for is
 * translated where the floating IP is, all else on the gateway; a host that is neither sends the
 * packet on to the gateway as it came, in its own network and with the router's MAC.
 */
final class ExitFlows {

  private ExitFlows() {}

  static void compile(Router router, Exit exit, OptionalInt tunnel, FlowSet flows) {
    Match leaves = Packets.IPV4.with(Registers.ROUTER, router.number());
    for (Exit.Floating floating : exit.floating()) {
      if (floating.here()) {
        Match own = leaves.with(OxmField.IPV4_SRC, floating.address().unsigned());
        leave(own, exit, floating.mac(), Optional.empty(), flows);
        floating
            .fixed()
            .map(fixed -> leaves.with(OxmField.IPV4_SRC, fixed.unsigned()))
            .ifPresent(
                match ->
                    leave(
                        match,
                        exit,
                        floating.mac(),
                        Optional.of(from(router, floating.address())),
                        flows));
      }
    }
    if (exit.gateway()) {
      Match own = leaves.with(OxmField.IPV4_SRC, exit.address().unsigned());
      leave(own, exit, exit.mac(), Optional.empty(), flows);
      Optional<Action> translation =
          Optional.of(from(router, exit.address())).filter(_ -> exit.snat());
      leave(leaves, exit, exit.mac(), translation, flows);
    }
    if (exit.gateway() && !exit.snat()) {
      answer(router, exit, leaves, flows);
    }
    if (!exit.gateway() && exit.gatewayEndpoint().isPresent() && tunnel.isPresent()) {
      flows.end(
          key(Tables.EXIT, 50, Registers.notFromTunnel(leaves)),
          toGateway(exit.gatewayEndpoint().get(), tunnel.getAsInt()));
    }
  }

  static List<Action> toGateway(Ipv4Address endpoint, int tunnel) {
    return List.of(
        new Action.CopyField(OxmField.METADATA, OxmField.TUNNEL_ID),
        new Action.SetField(OxmField.TUNNEL_IPV4_DST, endpoint.unsigned()),
        new Action.Output(tunnel));
  }

  private static Action from(Router router, Ipv4Address source) {
    return Translation.commit(router, Action.Nat.SOURCE, source, 0, Tables.NEXT_HOP);
  }

  /**
   * Without SNAT guests keep their addresses, but answers of what was let in by a forwarding come
   * from where that was sent. Such a router sees the guest's other connections in one direction
   * only: to its tracker their packets are new or invalid, and they go on all the same.
   */
  private static void answer(Router router, Exit exit, Match leaves, FlowSet flows) {
    Optional<Action> back = Optional.of(Translation.back(router, Tables.EXITED));
    for (Ipv4Address target : exit.targets()) {
      Match answers = leaves.with(OxmField.IPV4_SRC, target.unsigned());
      leave(answers, exit, exit.mac(), back, flows);
      flows.next(
          key(Tables.EXITED, 100, leaves),
          List.of(new Action.ConnectionTrackClear()),
          Tables.NEXT_HOP);
    }
  }

  /**
   * @param translation of addresses, which passes on to the next hop; absent if it keeps them
   */
  private static void leave(
      Match match, Exit exit, MacAddress mac, Optional<Action> translation, FlowSet flows) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.DecrementTtl());
    actions.add(new Action.SetField(OxmField.ETH_SRC, mac.bits()));
    actions.add(new Action.SetField(OxmField.METADATA, exit.network().vni()));
    actions.add(new Action.SetField(Registers.ORIGIN, 0));
    int priority = match.entry(OxmField.IPV4_SRC).isPresent() ? 100 : 50;
    if (translation.isEmpty()) {
      flows.next(key(Tables.EXIT, priority, match), actions, Tables.NEXT_HOP);
    } else {
      actions.add(translation.get());
      flows.end(key(Tables.EXIT, priority, match), actions);
    }
  }
}
