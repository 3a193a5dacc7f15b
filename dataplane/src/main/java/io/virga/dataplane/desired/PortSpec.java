package io.virga.dataplane.desired;

import java.util.List;

/**
 * A port of a network that has a port on this host; the port itself may be on another host.
 *
 * @param host the name of the host that it is bound to, empty if none
 * @param deviceId the instance that it belongs to, empty if none
 * @param interfaceName the tap device on its host; Open vSwitch knows it by {@code
 *     external_ids:iface-id = id}
 * @param portSecurity whether anti-spoofing and the security groups are applied
 */
public record PortSpec(
    String id,
    long generation,
    String networkId,
    String projectId,
    String host,
    String deviceId,
    String interfaceName,
    String hostname,
    String mac,
    boolean adminUp,
    boolean portSecurity,
    List<FixedAddress> addresses,
    List<String> securityGroupIds,
    List<AddressPair> allowedAddressPairs)
    implements DesiredState {

  public PortSpec {
    addresses = List.copyOf(addresses);
    securityGroupIds = List.copyOf(securityGroupIds);
    allowedAddressPairs = List.copyOf(allowedAddressPairs);
  }

  /** An address of the port on a subnet. */
  public record FixedAddress(String subnetId, String ip) {}

  /** A further source that the port may send from: an address or a CIDR, with a MAC. */
  public record AddressPair(String cidr, String mac) {}
}
