package io.virga.netagent.agent;

import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.ArpFrame;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.WireAddress;
import io.virga.netagent.pipeline.WirePresence;
import io.virga.netagent.wire.Octets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which MAC the machines on provider networks' wires have that control does not know of, without
 * I/O. Not safe for use by several threads; times are nanoseconds of one clock.
 *
 * <pre>
 * state    event                         next     does
 * none     packet for it, or next hop    ASKING   asks, holds the packet
 * ASKING   packet for it                 same     holds the packet, at most {@link #MAX_HELD}
 * ASKING   it has said its MAC           KNOWN    sends what it held
 * ASKING   one second                    same     asks again
 * ASKING   asked three times             none     forgets what it held; asks for a next hop each 5 s
 * KNOWN    it has said its MAC           same     notes the time, and the MAC
 * KNOWN    silent for 30 s               same     asks each second
 * KNOWN    asked three times             ASKING   a next hop, else none
 * KNOWN    room is needed for another    none     the longest known, no next hop; a packet for it
 *                                                 makes it known again
 * </pre>
 */
final class WireNeighbours {

  /** Machines that are asked for or known at once. */
  static final int MAX_NEIGHBOURS = 4096;

  /** Packets that wait for a MAC. */
  static final int MAX_HELD = 3;

  private static final int ATTEMPTS = 3;
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long DEAD_RETRY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long REACHABLE_NANOS = Duration.ofSeconds(30).toNanos();

  /** In the order in which they were first asked for. */
  private final Map<WireAddress, Neighbour> neighbours = new LinkedHashMap<>();

  private WirePresence presence = new WirePresence(Map.of(), Set.of());
  private Map<Long, ArpFrame.Party> senders = Map.of();

  private static final class Neighbour {

    Optional<MacAddress> mac = Optional.empty();
    final List<Octets> held = new ArrayList<>();
    long heardNanos;
    long askedNanos;
    int asked;
  }

  /** Who is known. */
  Map<WireAddress, MacAddress> known() {
    Map<WireAddress, MacAddress> known = new HashMap<>();
    neighbours.forEach(
        (address, neighbour) -> neighbour.mac.ifPresent(mac -> known.put(address, mac)));
    return known;
  }

  /** Takes over what an earlier agent had learned; it is asked for again soon. */
  void restore(Map<WireAddress, MacAddress> learned, long now) {
    learned.forEach(
        (address, mac) -> {
          if (neighbours.size() < MAX_NEIGHBOURS) {
            Neighbour neighbour = new Neighbour();
            neighbour.mac = Optional.of(mac);
            neighbour.heardNanos = now - REACHABLE_NANOS;
            neighbours.putIfAbsent(address, neighbour);
          }
        });
  }

  /** From now on this is what the host has on wires; who is on another wire is forgotten. */
  List<PacketOut> present(WirePresence now, long nowNanos) {
    presence = now;
    Map<Long, ArpFrame.Party> speakers = new HashMap<>();
    now.own()
        .forEach(
            (own, mac) -> speakers.putIfAbsent(own.vni(), new ArpFrame.Party(mac, own.address())));
    senders = speakers;
    neighbours.keySet().removeIf(address -> !senders.containsKey(address.vni()));
    List<PacketOut> requests = new ArrayList<>();
    for (WireAddress nextHop : now.nextHops()) {
      if (!neighbours.containsKey(nextHop)) {
        requests.addAll(begin(nextHop, List.of(), nowNanos));
      }
    }
    return requests;
  }

  /** A packet whose next hop's MAC is not in the flows. */
  List<PacketOut> missed(WireAddress address, Octets frame, long now) {
    Neighbour neighbour = neighbours.get(address);
    if (neighbour == null) {
      return begin(address, List.of(frame), now);
    }
    if (neighbour.mac.isPresent()) {
      return List.of(Pipeline.sendWithin(address.vni(), to(neighbour.mac.get(), frame)));
    }
    if (neighbour.held.size() < MAX_HELD) {
      neighbour.held.add(frame);
    }
    return List.of();
  }

  /** A machine has said its MAC; only of those that are asked for or known is it taken. */
  List<PacketOut> heard(WireAddress address, MacAddress mac, long now) {
    Neighbour neighbour = neighbours.get(address);
    if (neighbour == null) {
      return List.of();
    }
    neighbour.mac = Optional.of(mac);
    neighbour.heardNanos = now;
    neighbour.asked = 0;
    List<PacketOut> released =
        neighbour.held.stream()
            .map(frame -> Pipeline.sendWithin(address.vni(), to(mac, frame)))
            .toList();
    neighbour.held.clear();
    return released;
  }

  /** Asks those that have been silent, and forgets who does not answer. */
  List<PacketOut> tick(long now) {
    List<PacketOut> requests = new ArrayList<>();
    for (Map.Entry<WireAddress, Neighbour> entry : List.copyOf(neighbours.entrySet())) {
      Neighbour neighbour = entry.getValue();
      boolean nextHop = presence.nextHops().contains(entry.getKey());
      boolean silent = neighbour.mac.isEmpty() || now - neighbour.heardNanos >= REACHABLE_NANOS;
      if (silent && neighbour.asked < ATTEMPTS) {
        if (neighbour.asked == 0 || now - neighbour.askedNanos >= RETRY_NANOS) {
          requests.addAll(ask(entry.getKey(), neighbour, now));
        }
      } else if (silent && now - neighbour.askedNanos >= RETRY_NANOS && !nextHop) {
        neighbours.remove(entry.getKey());
      } else if (silent && now - neighbour.askedNanos >= DEAD_RETRY_NANOS) {
        neighbour.mac = Optional.empty();
        neighbour.held.clear();
        requests.addAll(ask(entry.getKey(), neighbour, now));
      }
    }
    return requests;
  }

  private List<PacketOut> begin(WireAddress address, List<Octets> held, long now) {
    if (!senders.containsKey(address.vni()) || !makeRoom()) {
      return List.of();
    }
    Neighbour neighbour = new Neighbour();
    neighbour.held.addAll(held);
    neighbours.put(address, neighbour);
    return ask(address, neighbour, now);
  }

  /**
   * Whether there is room now: whom only the flows use is not to be told from the unused, so age
   * decides who goes.
   */
  private boolean makeRoom() {
    if (neighbours.size() < MAX_NEIGHBOURS) {
      return true;
    }
    Optional<WireAddress> longestKnown =
        neighbours.entrySet().stream()
            .filter(entry -> entry.getValue().mac.isPresent())
            .map(Map.Entry::getKey)
            .filter(address -> !presence.nextHops().contains(address))
            .findFirst();
    longestKnown.ifPresent(neighbours::remove);
    return longestKnown.isPresent();
  }

  /** Nobody is asked on a wire on which nothing of the host's own is. */
  private List<PacketOut> ask(WireAddress address, Neighbour neighbour, long now) {
    neighbour.asked++;
    neighbour.askedNanos = now;
    return Optional.ofNullable(senders.get(address.vni())).stream()
        .map(sender -> ArpFrame.request(sender, address.address()).encode())
        .map(frame -> Pipeline.sendWithin(address.vni(), frame))
        .toList();
  }

  /** The frame with another destination. */
  private static Octets to(MacAddress mac, Octets frame) {
    return Octets.ofLong(mac.bits(), 6).join(frame.slice(6, frame.length()));
  }
}
