package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
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
 */
public record HostView(
    String host,
    Topology topology,
    Map<String, Integer> wired,
    Uplinks uplinks,
    Map<WireAddress, MacAddress> learned,
    Optional<MetadataDoor> metadata) {

  public HostView {
    wired = Map.copyOf(wired);
    learned = Map.copyOf(learned);
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
   * @param address where the server listens
   * @param tcpPort likewise
   */
  public record MetadataDoor(int ofport, MacAddress mac, Ipv4Address address, int tcpPort) {

    /** 169.254.169.254. */
    public static final Ipv4Address WELL_KNOWN = new Ipv4Address(0xa9fea9fe);

    /** The address by which the server sees the guest behind a port. */
    public static Ipv4Address addressOf(int ofport) {
      return new Ipv4Address(0x64400000 | ofport);
    }

    /** The port of an address that {@link #addressOf} made. */
    public static Optional<Integer> portOf(Ipv4Address address) {
      return address.bits() >>> 16 == 0x6440
          ? Optional.of(address.bits() & 0xffff)
          : Optional.empty();
    }
  }
}
