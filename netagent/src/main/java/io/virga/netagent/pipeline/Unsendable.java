package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Action;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a router sends a packet no further: ICMP types and codes, a byte each (RFC 792, RFC 4443).
 */
enum Unsendable {
  NO_ROUTE(0x0300, 0x0100),
  NO_HOST(0x0301, 0x0103),
  NO_SERVICE(0x0303, 0x0104),
  TOO_MANY_HOPS(0x0b00, 0x0300);

  private final int ofIpv4;
  private final int ofIpv6;

  Unsendable(int ofIpv4, int ofIpv6) {
    this.ofIpv4 = ofIpv4;
    this.ofIpv6 = ofIpv6;
  }

  /** What is done before a packet goes to {@link Tables#ICMP_ERROR}. */
  List<Action> because(Family family) {
    return because(family, List.of());
  }

  /** Likewise, behind something else. */
  List<Action> because(Family family, List<Action> before) {
    List<Action> actions = new ArrayList<>(before);
    actions.add(new Action.SetField(Registers.ICMP_ERROR, family == Family.IPV4 ? ofIpv4 : ofIpv6));
    return actions;
  }
}
