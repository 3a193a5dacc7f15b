package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that flows depend on.
 *
 * @param host this host's name
 * @param topology what control tells it
 * @param wired the OpenFlow port number of each port that is plugged here, by port id
 * @param learned who has which address on provider networks, as it was heard there
 * @param metadata the port behind which the metadata server listens, once it is there
 * @param trunkEnds the OpenFlow port number behind which a sub-port's frames get their tag, by the
 *     sub-port's id
 */
public record HostView(
    String host,
    Topology topology,
    Map<String, Integer> wired,
    Uplinks uplinks,
    Map<NetworkAddress, MacAddress> learned,
    Optional<MetadataDoor> metadata,
    Map<String, Integer> trunkEnds) {

  public HostView {
    wired = Map.copyOf(wired);
    learned = Map.copyOf(learned);
    trunkEnds = Map.copyOf(trunkEnds);
  }

  /** Where the port's host takes tunnelled packets, if that is another one and is known. */
  Optional<Ipv4Address> endpointOf(PortSpec port) {
    return port.host().equals(host)
        ? Optional.empty()
        : Optional.ofNullable(topology.tunnelEndpoints().get(port.host()));
  }

  /** Whether the host is on the network's own wire. */
  boolean hasWire(NetworkSpec network) {
    return network
        .provider()
        .filter(segment -> uplinks.patches().containsKey(segment.physicalNetwork()))
        .isPresent();
  }

  /**
   * The way to the metadata server.
   *
   * @param ofport its port of the bridge
   * @param mac the interface's
   * @param addresses where the server listens, one a family that it can be asked by
   * @param tcpPort likewise, for HTTP
   * @param dnsPort likewise, for DNS over TCP
   */
  public record MetadataDoor(
      int ofport, MacAddress mac, List<IpAddress> addresses, int tcpPort, int dnsPort) {

    /** 169.254.169.254. */
    public static final Ipv4Address WELL_KNOWN = new Ipv4Address(0xa9fea9fe);

    /** fe80::a9fe:a9fe. */
    public static final Ipv6Address WELL_KNOWN_IPV6 = new Ipv6Address(0xfe80L << 48, 0xa9fea9feL);

    /** Where the server listens for those who ask by IPv6; {@code fdfe:a9fe:a9fe::1:0}. */
    public static final Ipv6Address SERVER_IPV6 = new Ipv6Address(0xfdfea9fea9fe0000L, 0x10000);

    /** By which the server sees guests that ask by IPv4. */
    static final Ipv4Prefix GUESTS = new Ipv4Prefix(new Ipv4Address(0x64400000), 16);

    /** Likewise, by IPv6. */
    static final Ipv6Prefix GUESTS_IPV6 =
        new Ipv6Prefix(new Ipv6Address(SERVER_IPV6.high(), 0), 112);

    public MetadataDoor {
      addresses = List.copyOf(addresses);
    }

    /** The address by which the server sees the guest behind a port. */
    static IpAddress addressOf(Family family, int ofport) {
      return switch (family) {
        case IPV4 -> new Ipv4Address(GUESTS.address().bits() | ofport);
        case IPV6 -> new Ipv6Address(GUESTS_IPV6.address().high(), ofport);
      };
    }

    /** The port of the guest that the server sees by an address; empty if it is no guest's. */
    public static Optional<Integer> portOf(IpAddress address) {
      return Optional.of(address)
          .filter(guest -> GUESTS.contains(guest) || GUESTS_IPV6.contains(guest))
          .map(guest -> guest.octets())
          .map(octets -> (int) octets.slice(octets.length() - 2, octets.length()).toLong());
    }
  }
}
