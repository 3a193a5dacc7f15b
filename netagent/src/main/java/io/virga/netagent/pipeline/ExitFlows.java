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
        leave(own, router, exit, floating.mac(), Optional.empty(), flows);
        floating
            .fixed()
            .map(fixed -> leaves.with(OxmField.IPV4_SRC, fixed.unsigned()))
            .ifPresent(
                match ->
                    leave(
                        match,
                        router,
                        exit,
                        floating.mac(),
                        Optional.of(floating.address()),
                        flows));
      }
    }
    if (exit.gateway()) {
      Ipv4Address own = exit.leg().address();
      leave(
          leaves.with(OxmField.IPV4_SRC, own.unsigned()),
          router,
          exit,
          exit.leg().mac(),
          Optional.empty(),
          flows);
      leave(
          leaves, router, exit, exit.leg().mac(), Optional.of(own).filter(_ -> exit.snat()), flows);
    } else if (exit.gatewayEndpoint().isPresent() && tunnel.isPresent()) {
      flows.end(
          key(Tables.EXIT, 50, Registers.notFromTunnel(leaves)),
          toGateway(exit.gatewayEndpoint().get(), tunnel.getAsInt()));
    }
  }

  private static List<Action> toGateway(Ipv4Address endpoint, int tunnel) {
    return List.of(
        new Action.CopyField(OxmField.METADATA, OxmField.TUNNEL_ID),
        new Action.SetField(OxmField.TUNNEL_IPV4_DST, endpoint.unsigned()),
        new Action.Output(tunnel));
  }

  /**
   * @param source the address with which it leaves; absent if it keeps its own
   */
  private static void leave(
      Match match,
      Router router,
      Exit exit,
      MacAddress mac,
      Optional<Ipv4Address> source,
      FlowSet flows) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.DecrementTtl());
    actions.add(new Action.SetField(OxmField.ETH_SRC, mac.bits()));
    actions.add(new Action.SetField(OxmField.METADATA, exit.network().vni()));
    actions.add(new Action.SetField(Registers.ORIGIN, 0));
    int priority = match.entry(OxmField.IPV4_SRC).isPresent() ? 100 : 50;
    if (source.isEmpty()) {
      flows.next(key(Tables.EXIT, priority, match), actions, Tables.NEXT_HOP);
    } else {
      actions.add(Translation.commit(router, Action.Nat.SOURCE, source.get(), 0, Tables.NEXT_HOP));
      flows.end(key(Tables.EXIT, priority, match), actions);
    }
  }
}
