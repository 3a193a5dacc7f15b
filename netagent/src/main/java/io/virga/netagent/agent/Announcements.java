package io.virga.netagent.agent;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.NetworkAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Tells the machines on a link which MAC an address has from now on, without I/O: at once and twice
 * more, since Linux ignores what follows within a second of the last change. Not safe for use by
 * several threads.
 */
final class Announcements {

  private static final int TIMES = 3;

  /** What is sent at most at each time. */
  static final int BURST = 500;

  private final Medium medium;
  private Map<NetworkAddress, MacAddress> present = Map.of();
  private final Map<NetworkAddress, Integer> left = new HashMap<>();

  /** How the machines on a network are reached. */
  @FunctionalInterface
  interface Medium {

    /** What takes a frame to all of them. */
    List<PacketOut> packets(long vni, Octets frame);
  }

  Announcements(Medium medium) {
    this.medium = medium;
  }

  /** From now on these addresses are there, and their flows are in place. */
  List<PacketOut> present(Map<NetworkAddress, MacAddress> now) {
    left.keySet().retainAll(now.keySet());
    now.forEach(
        (address, mac) -> {
          if (!mac.equals(present.get(address))) {
            left.put(address, TIMES);
          }
        });
    boolean more = !now.equals(present);
    present = Map.copyOf(now);
    return more ? tick() : List.of();
  }

  /** What is to be sent now; to be called each second. */
  List<PacketOut> tick() {
    List<PacketOut> packets = new ArrayList<>();
    Iterator<Map.Entry<NetworkAddress, Integer>> waiting = left.entrySet().iterator();
    while (waiting.hasNext() && packets.size() < BURST) {
      Map.Entry<NetworkAddress, Integer> next = waiting.next();
      MacAddress mac = present.get(next.getKey());
      if (mac != null) {
        packets.addAll(announcement(next.getKey(), mac));
      }
      if (next.getValue() <= 1) {
        waiting.remove();
      } else {
        next.setValue(next.getValue() - 1);
      }
    }
    return packets;
  }

  private List<PacketOut> announcement(NetworkAddress own, MacAddress mac) {
    return medium.packets(
        own.vni(), WireFrames.announcement(new WireFrames.Speaker(mac, own.address())));
  }
}
