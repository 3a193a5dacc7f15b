package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.Map;
import java.util.Optional;

/**
 * All that flows depend on.
 *
 * @param networks by id
 * @param ports by id, of this host and of others
 * @param groups by id
 * @param wired the OpenFlow port number of each port that is plugged here, by port id
 * @param metadata the port behind which the metadata server listens, once it is there
 */
public record HostView(
    Map<String, NetworkSpec> networks,
    Map<String, PortSpec> ports,
    Map<String, SecurityGroupSpec> groups,
    Map<String, Integer> wired,
    Optional<MetadataDoor> metadata) {

  public HostView {
    networks = Map.copyOf(networks);
    ports = Map.copyOf(ports);
    groups = Map.copyOf(groups);
    wired = Map.copyOf(wired);
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
