package io.virga.netagent.agent;

import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.ArpFrame;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.Registers;
import io.virga.netagent.pipeline.WireAddress;
import io.virga.netagent.pipeline.WirePresence;
import io.virga.netagent.wire.Decoded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the agent says and hears on the wires of provider networks. Any thread; the lock is held for
 * a look into a table.
 */
final class WireTalk {

  private final ReentrantLock lock = new ReentrantLock();
  private final WireNeighbours neighbours = new WireNeighbours();
  private final Announcements announcements = new Announcements();
  private final Runnable changed;
  private boolean restored;

  /**
   * @param changed is called when {@link #known} has changed
   */
  WireTalk(Runnable changed) {
    this.changed = changed;
  }

  /** Who is known on wires. */
  Map<WireAddress, MacAddress> known() {
    return locked(neighbours::known);
  }

  /** Takes over what an earlier agent has put into the switch's flows; only the first call does. */
  void restore(Map<WireAddress, MacAddress> learned) {
    locked(
        () -> {
          if (!restored) {
            neighbours.restore(learned, System.nanoTime());
          }
          restored = true;
          return restored;
        });
  }

  /** From now on this is on the wires, and its flows are in place. */
  List<PacketOut> present(WirePresence presence) {
    List<PacketOut> announced = locked(() -> announcements.present(presence.own()));
    List<PacketOut> asked = noticing(() -> neighbours.present(presence, System.nanoTime()));
    return Stream.concat(announced.stream(), asked.stream()).toList();
  }

  /** What is to be sent now; to be called each second. */
  List<PacketOut> tick() {
    List<PacketOut> announced = locked(announcements::tick);
    List<PacketOut> asked = noticing(() -> neighbours.tick(System.nanoTime()));
    return Stream.concat(announced.stream(), asked.stream()).toList();
  }

  /** A packet whose next hop is not known. */
  List<PacketOut> missed(PacketIn packetIn) {
    return packetIn
        .metadata()
        .exact(Registers.NEXT_HOP)
        .map(Long::intValue)
        .map(Ipv4Address::new)
        .flatMap(address -> at(packetIn, address))
        .map(
            address ->
                noticing(() -> neighbours.missed(address, packetIn.packet(), System.nanoTime())))
        .orElse(List.of());
  }

  /** ARP of a machine on a wire. */
  List<PacketOut> heard(PacketIn packetIn) {
    return ArpFrame.decode(packetIn.packet()) instanceof Decoded.Complete<ArpFrame>(ArpFrame arp)
        ? at(packetIn, arp.sender().address())
            .map(
                address ->
                    noticing(
                        () -> neighbours.heard(address, arp.sender().mac(), System.nanoTime())))
            .orElse(List.of())
        : List.of();
  }

  private static Optional<WireAddress> at(PacketIn packetIn, Ipv4Address address) {
    return packetIn.metadata().exact(OxmField.METADATA).map(vni -> new WireAddress(vni, address));
  }

  private <T> T noticing(Supplier<T> step) {
    Map<WireAddress, MacAddress> before = known();
    T result = locked(step);
    if (!known().equals(before)) {
      changed.run();
    }
    return result;
  }

  private <T> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }
}
