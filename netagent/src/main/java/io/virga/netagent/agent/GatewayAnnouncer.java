package io.virga.netagent.agent;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.pipeline.Gateways;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells guests which MAC a router on their link has, when one comes or changes. Without, a guest
 * that knows the gateway's MAC of before sends to it until it doubts it, half a minute later. Any
 * thread; never blocks.
 */
final class GatewayAnnouncer {

  /** The most guests that a packet goes to; a message of OpenFlow has at most 64 KiB. */
  private static final int AT_ONCE = 1000;

  private final Announcements announcements = new Announcements(this::packets);
  private Gateways now = Gateways.NONE;

  /** From now on these are there, and their flows are in place. */
  synchronized List<PacketOut> present(Gateways gateways) {
    now = gateways;
    return announcements.present(gateways.macs());
  }

  /** What is to be sent now; to be called each second. */
  synchronized List<PacketOut> tick() {
    return announcements.tick();
  }

  private List<PacketOut> packets(long vni, Octets frame) {
    List<Integer> listeners = now.listeners().getOrDefault(vni, List.of());
    List<PacketOut> packets = new ArrayList<>();
    for (int first = 0; first < listeners.size(); first += AT_ONCE) {
      List<Integer> some = listeners.subList(first, Math.min(first + AT_ONCE, listeners.size()));
      packets.add(
          new PacketOut(
              OpenFlow.PORT_CONTROLLER,
              some.stream().<Action>map(Action.Output::new).toList(),
              frame));
    }
    return packets;
  }
}
