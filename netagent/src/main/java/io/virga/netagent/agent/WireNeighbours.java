package io.virga.netagent.agent;

import static java.util.Comparator.reverseOrder;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.NetworkAddress;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.WirePresence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
 * ASKING   three seconds, no turn        none     the same, but for next hops
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

  /**
   * Questions in a tick. The switch lets 200 ARP packets a second through to the agent, the answers
   * and what others say on the wires; were more asked, who answers would count as silent. All 4096
   * have had their turn after 41 ticks.
   */
  static final int MAX_ASKS = 100;

  private static final int ATTEMPTS = 3;
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long DEAD_RETRY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long REACHABLE_NANOS = Duration.ofSeconds(30).toNanos();

  /** In the order in which they were first asked for. */
  private final Map<NetworkAddress, Neighbour> neighbours = new LinkedHashMap<>();

  private WirePresence presence = new WirePresence(Map.of(), Set.of());
  private Map<Wire, WireFrames.Speaker> speakers = Map.of();
  private long changes;

  /** A wire, in one family. */
  private record Wire(long vni, boolean ipv6) {

    static Wire of(NetworkAddress address) {
      return new Wire(address.vni(), address.address() instanceof Ipv6Address);
    }
  }

  private static final class Neighbour {

    Optional<MacAddress> mac = Optional.empty();
    final List<Octets> held = new ArrayList<>();
    final long begunNanos;
    long heardNanos;
    long askedNanos;
    int asked;

    Neighbour(long now) {
      begunNanos = now;
    }

    boolean isSilent(long now) {
      return mac.isEmpty() || now - heardNanos >= REACHABLE_NANOS;
    }

    /** Without a MAC for as long as three questions take; a scan must not fill the table. */
    boolean isLateToAnswer(long now) {
      return mac.isEmpty() && now - begunNanos >= ATTEMPTS * RETRY_NANOS;
    }
  }

  /** Another number whenever {@link #known} is different. */
  long changes() {
    return changes;
  }

  /** Who is known. */
  Map<NetworkAddress, MacAddress> known() {
    Map<NetworkAddress, MacAddress> known = new HashMap<>();
    neighbours.forEach(
        (address, neighbour) -> neighbour.mac.ifPresent(mac -> known.put(address, mac)));
    return known;
  }

  /** Takes over what an earlier agent had learned; it is asked for again soon. */
  void restore(Map<NetworkAddress, MacAddress> learned, long now) {
    learned.forEach(
        (address, mac) -> {
          if (neighbours.size() < MAX_NEIGHBOURS) {
            Neighbour neighbour = new Neighbour(now);
            neighbour.mac = Optional.of(mac);
            neighbour.heardNanos = now - REACHABLE_NANOS;
            neighbour.askedNanos = neighbour.heardNanos;
            neighbours.putIfAbsent(address, neighbour);
            changes++;
          }
        });
  }

  /** From now on this is what the host has on wires; who is on another wire is forgotten. */
  List<PacketOut> present(WirePresence now, long nowNanos) {
    presence = now;
    Map<Wire, WireFrames.Speaker> present = new HashMap<>();
    now.own()
        .forEach(
            (own, mac) ->
                present.putIfAbsent(Wire.of(own), new WireFrames.Speaker(mac, own.address())));
    speakers = present;
    if (neighbours.keySet().removeIf(address -> !speakers.containsKey(Wire.of(address)))) {
      changes++;
    }
    List<PacketOut> requests = new ArrayList<>();
    for (NetworkAddress nextHop : now.nextHops()) {
      if (!neighbours.containsKey(nextHop)) {
        requests.addAll(begin(nextHop, List.of(), nowNanos));
      }
    }
    return requests;
  }

  /** A packet whose next hop's MAC is not in the flows. */
  List<PacketOut> missed(NetworkAddress address, Octets frame, long now) {
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
  List<PacketOut> heard(NetworkAddress address, MacAddress mac, long now) {
    Neighbour neighbour = neighbours.get(address);
    if (neighbour == null) {
      return List.of();
    }
    know(neighbour, Optional.of(mac));
    neighbour.heardNanos = now;
    neighbour.asked = 0;
    List<PacketOut> released =
        neighbour.held.stream()
            .map(frame -> Pipeline.sendWithin(address.vni(), to(mac, frame)))
            .toList();
    neighbour.held.clear();
    return released;
  }

  /**
   * Asks those that have been silent, at most {@link #MAX_ASKS}, and forgets who does not answer.
   * Whose turn does not come is no less known for it.
   */
  List<PacketOut> tick(long now) {
    List<PacketOut> requests = new ArrayList<>();
    for (Map.Entry<NetworkAddress, Neighbour> entry : silent(now)) {
      Neighbour neighbour = entry.getValue();
      boolean nextHop = presence.nextHops().contains(entry.getKey());
      boolean asked = neighbour.asked >= ATTEMPTS;
      long pauseNanos = asked && nextHop ? DEAD_RETRY_NANOS : RETRY_NANOS;
      if (neighbour.asked > 0 && now - neighbour.askedNanos < pauseNanos) {
        continue;
      }
      if (!nextHop && (asked || requests.size() >= MAX_ASKS && neighbour.isLateToAnswer(now))) {
        neighbours.remove(entry.getKey());
        know(neighbour, Optional.empty());
      } else if (requests.size() < MAX_ASKS) {
        if (asked) {
          know(neighbour, Optional.empty());
          neighbour.held.clear();
        }
        requests.addAll(ask(entry.getKey(), neighbour, now));
      }
    }
    return requests;
  }

  /** Next hops first, then who has not been asked for longest, so that everybody's turn comes. */
  private List<Map.Entry<NetworkAddress, Neighbour>> silent(long now) {
    return neighbours.entrySet().stream()
        .filter(entry -> entry.getValue().isSilent(now))
        .sorted(
            Comparator.comparing(
                    (Map.Entry<NetworkAddress, Neighbour> entry) ->
                        !presence.nextHops().contains(entry.getKey()))
                .thenComparing(entry -> now - entry.getValue().askedNanos, reverseOrder()))
        .toList();
  }

  private void know(Neighbour neighbour, Optional<MacAddress> mac) {
    if (!neighbour.mac.equals(mac)) {
      neighbour.mac = mac;
      changes++;
    }
  }

  private List<PacketOut> begin(NetworkAddress address, List<Octets> held, long now) {
    if (!speakers.containsKey(Wire.of(address)) || !makeRoom()) {
      return List.of();
    }
    Neighbour neighbour = new Neighbour(now);
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
    Optional<NetworkAddress> longestKnown =
        neighbours.entrySet().stream()
            .filter(entry -> entry.getValue().mac.isPresent())
            .map(Map.Entry::getKey)
            .filter(address -> !presence.nextHops().contains(address))
            .findFirst();
    longestKnown.map(neighbours::remove).ifPresent(gone -> know(gone, Optional.empty()));
    return longestKnown.isPresent();
  }

  /** Nobody is asked on a wire on which nothing of the host's own is. */
  private List<PacketOut> ask(NetworkAddress address, Neighbour neighbour, long now) {
    neighbour.asked++;
    neighbour.askedNanos = now;
    return Optional.ofNullable(speakers.get(Wire.of(address))).stream()
        .map(speaker -> WireFrames.question(speaker, address.address()))
        .map(frame -> Pipeline.sendWithin(address.vni(), frame))
        .toList();
  }

  /** The frame with another destination. */
  private static Octets to(MacAddress mac, Octets frame) {
    return Octets.ofLong(mac.bits(), 6).join(frame.slice(6, frame.length()));
  }
}
