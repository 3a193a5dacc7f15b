package io.virga.netagent.agent;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.packet.RouterAdvertisement;
import io.virga.netagent.pipeline.Registers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells guests who is router on their link (RFC 4861 §6.2): when they ask, when it changes, and
 * when another that may have told the same has gone, and every 200 seconds, each port in a second
 * of its own. Any thread; {@link #present} is called by one at a time. Never blocks.
 */
final class RouterAdvertiser {

  static final int INTERVAL_SECONDS = 200;

  private final AtomicInteger seconds = new AtomicInteger();
  private volatile Map<Integer, List<RouterAdvertisement>> told = Map.of();

  /** From now on ports are told this. */
  List<PacketOut> present(Map<Integer, List<RouterAdvertisement>> now) {
    Map<Integer, List<RouterAdvertisement>> before = told;
    told = Map.copyOf(now);
    List<PacketOut> packets = new ArrayList<>();
    Set<Integer> lost = new HashSet<>();
    before.forEach(
        (ofport, old) ->
            old.stream()
                .filter(
                    one -> now.getOrDefault(ofport, List.of()).stream().noneMatch(one::isOfSame))
                .forEach(
                    one -> {
                      lost.add(ofport);
                      packets.add(packet(ofport, one.withdrawn()));
                    }));
    now.forEach(
        (ofport, fresh) -> {
          List<RouterAdvertisement> old = before.getOrDefault(ofport, List.of());
          fresh.stream()
              .filter(one -> lost.contains(ofport) || !old.contains(one))
              .forEach(one -> packets.add(packet(ofport, one.replacing(old))));
        });
    return packets;
  }

  /** A guest has asked. */
  List<PacketOut> answer(PacketIn packetIn) {
    Optional<Integer> ofport = packetIn.metadata().exact(Registers.SOURCE_PORT).map(Long::intValue);
    return ofport.map(this::packets).orElse(List.of());
  }

  /** What is to be sent now; to be called each second. */
  List<PacketOut> tick() {
    int now = seconds.updateAndGet(second -> (second + 1) % INTERVAL_SECONDS);
    return told.keySet().stream()
        .filter(ofport -> ofport % INTERVAL_SECONDS == now)
        .flatMap(ofport -> packets(ofport).stream())
        .toList();
  }

  private List<PacketOut> packets(int ofport) {
    return told.getOrDefault(ofport, List.of()).stream()
        .map(advertisement -> packet(ofport, advertisement))
        .toList();
  }

  private static PacketOut packet(int ofport, RouterAdvertisement advertisement) {
    return new PacketOut(
        OpenFlow.PORT_CONTROLLER, List.of(new Action.Output(ofport)), advertisement.encode());
  }
}
