package io.virga.netagent.agent;

import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.WireAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Tells the machines on wires that an external address is on this host from now on, without I/O: at
 * once and twice more, since Linux ignores what follows within a second of the last change. Not
 * safe for use by several threads.
 */
final class Announcements {

  private static final int TIMES = 3;

  /** What is sent at most at each time. */
  static final int BURST = 500;

  private Map<WireAddress, MacAddress> present = Map.of();
  private final Map<WireAddress, Integer> left = new HashMap<>();

  /** From now on these addresses are here, whose flows are in place. */
  List<PacketOut> present(Map<WireAddress, MacAddress> now) {
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
    Iterator<Map.Entry<WireAddress, Integer>> waiting = left.entrySet().iterator();
    while (waiting.hasNext() && packets.size() < BURST) {
      Map.Entry<WireAddress, Integer> next = waiting.next();
      MacAddress mac = present.get(next.getKey());
      if (mac != null) {
        packets.add(announcement(next.getKey(), mac));
      }
      if (next.getValue() <= 1) {
        waiting.remove();
      } else {
        next.setValue(next.getValue() - 1);
      }
    }
    return packets;
  }

  private static PacketOut announcement(WireAddress own, MacAddress mac) {
    return Pipeline.sendWithin(
        own.vni(), WireFrames.announcement(new WireFrames.Speaker(mac, own.address())));
  }
}
