package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.ArpFrame;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.NeighbourFrame;
import io.virga.netagent.pipeline.NetworkAddress;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Registers;
import io.virga.netagent.pipeline.WirePresence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent says and hears on the wires of provider networks. A thread of its own has the
 * tables; whatever else calls leaves word for it and goes on. Packets that find too much waiting
 * are dropped: the switch lets 400 a second through, and who gets no answer asks again.
 */
final class WireTalk implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WireTalk.class);

  private static final int MAX_WAITING = 1024;

  private final BlockingQueue<Supplier<List<PacketOut>>> waiting =
      new ArrayBlockingQueue<>(MAX_WAITING);
  private final WireNeighbours neighbours = new WireNeighbours();
  private final Announcements announcements =
      new Announcements((vni, frame) -> List.of(Pipeline.sendWithin(vni, frame)));
  private final Consumer<List<PacketOut>> send;
  private final Runnable changed;
  private final Counter dropped;
  private final Thread owner;
  private volatile Map<NetworkAddress, MacAddress> known = Map.of();
  private boolean restored;

  /**
   * @param send has the switch send packets
   * @param changed is called when {@link #known} has changed
   */
  WireTalk(MeterRegistry registry, Consumer<List<PacketOut>> send, Runnable changed) {
    this.dropped = registry.counter("virga.netagent.wire.dropped");
    this.send = send;
    this.changed = changed;
    this.owner = Thread.ofPlatform().daemon().name("wires").start(this::work);
  }

  private void work() {
    try {
      while (true) {
        step(waiting.take());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one packet brings about must not end the talk with all others. */
  private void step(Supplier<List<PacketOut>> next) {
    try {
      long before = neighbours.changes();
      List<PacketOut> packets = next.get();
      if (neighbours.changes() != before) {
        known = neighbours.known();
        changed.run();
      }
      send.accept(packets);
    } catch (RuntimeException failure) {
      LOG.error("a step of the talk on wires failed", failure);
    }
  }

  /** Who is known on wires. */
  Map<NetworkAddress, MacAddress> known() {
    return known;
  }

  /**
   * Takes over what an earlier agent has put into the switch's flows, unless that was done before;
   * {@link #known} has it at once. By one thread, before anything is heard.
   */
  void restore(Map<NetworkAddress, MacAddress> learned) throws InterruptedException {
    if (!restored) {
      restored = true;
      known = Map.copyOf(learned);
      waiting.put(
          () -> {
            neighbours.restore(learned, System.nanoTime());
            return List.of();
          });
    }
  }

  /** From now on this is on the wires, and its flows are in place. */
  void present(WirePresence presence) throws InterruptedException {
    waiting.put(
        () ->
            both(
                announcements.present(presence.own()),
                neighbours.present(presence, System.nanoTime())));
  }

  /** To be called each second. Any thread, never blocks. */
  void tick() {
    leave(() -> both(announcements.tick(), neighbours.tick(System.nanoTime())));
  }

  /** A packet whose next hop is not known. Any thread, never blocks. */
  void missed(PacketIn packetIn) {
    nextHop(packetIn)
        .flatMap(address -> at(packetIn, address))
        .ifPresent(
            address ->
                leave(() -> neighbours.missed(address, packetIn.packet(), System.nanoTime())));
  }

  private static Optional<IpAddress> nextHop(PacketIn packetIn) {
    Ipv6Address ofIpv6 = Ipv6Address.of(packetIn.metadata().register(Registers.NEXT_HOP_IPV6));
    return ofIpv6.equals(Ipv6Address.UNSPECIFIED)
        ? packetIn
            .metadata()
            .exact(Registers.NEXT_HOP)
            .map(address -> new Ipv4Address(address.intValue()))
        : Optional.of(ofIpv6);
  }

  /** What a machine on a wire has said of itself. Any thread, never blocks. */
  void heard(PacketIn packetIn) {
    speaker(packetIn.packet())
        .ifPresent(
            speaker ->
                at(packetIn, speaker.address())
                    .ifPresent(
                        address ->
                            leave(
                                () ->
                                    neighbours.heard(address, speaker.mac(), System.nanoTime()))));
  }

  private static Optional<WireFrames.Speaker> speaker(Octets frame) {
    if (ArpFrame.decode(frame) instanceof Decoded.Complete<ArpFrame>(ArpFrame arp)) {
      return Optional.of(new WireFrames.Speaker(arp.sender().mac(), arp.sender().address()));
    }
    return NeighbourFrame.decode(frame)
                instanceof Decoded.Complete<NeighbourFrame>(NeighbourFrame said)
            && said.advertisement()
        ? Optional.of(new WireFrames.Speaker(said.mac(), said.target()))
        : Optional.empty();
  }

  private void leave(Supplier<List<PacketOut>> step) {
    if (!waiting.offer(step)) {
      dropped.increment();
    }
  }

  private static Optional<NetworkAddress> at(PacketIn packetIn, IpAddress address) {
    return packetIn
        .metadata()
        .exact(OxmField.METADATA)
        .map(vni -> new NetworkAddress(vni, address));
  }

  private static List<PacketOut> both(List<PacketOut> some, List<PacketOut> others) {
    List<PacketOut> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /** Ends its thread. */
  @Override
  public void close() {
    owner.interrupt();
  }
}
