package io.virga.dataplane.desired;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Optional;

/**
 * A port of a network that has a port on this host; the port itself may be on another host.
 *
 * @param host the name of the host that it is bound to, empty if none
 * @param deviceId the instance that it belongs to, empty if none
 * @param interfaceName the tap device on its host; Open vSwitch knows it by {@code
 *     external_ids:iface-id = id}
 * @param portSecurity whether anti-spoofing and the security groups are applied
 * @param dhcpOptions what DHCP answers beside, or instead of, what it would by itself
 * @param qos what the port may do at most; absent: everything
 * @param trunk the trunk that its packets come through; absent if it has an interface of its own
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
    List<AddressPair> allowedAddressPairs,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<DhcpOption> dhcpOptions,
    Optional<PortQos> qos,
    Optional<TrunkParent> trunk)
    implements DesiredState {

  public PortSpec {
    addresses = List.copyOf(addresses);
    securityGroupIds = List.copyOf(securityGroupIds);
    allowedAddressPairs = List.copyOf(allowedAddressPairs);
    dhcpOptions = List.copyOf(dhcpOptions);
  }

  /** An address of the port on a subnet. */
  public record FixedAddress(String subnetId, String ip) {}

  /** A further source that the port may send from: an address or a CIDR, with a MAC. */
  public record AddressPair(String cidr, String mac) {}

  /**
   * An option that DHCP gives the port.
   *
   * @param ipVersion 4 or 6: of which DHCP
   * @param name dnsmasq's name for it without {@code option:}, for example {@code bootfile-name},
   *     or its number
   */
  public record DhcpOption(int ipVersion, String name, String value) {}

  /**
   * Where a sub-port of a trunk comes out.
   *
   * @param portId the trunk's port, which is bound to the same host and has the interface
   * @param vlan the 802.1Q tag on that interface, 1 to 4094
   */
  public record TrunkParent(String portId, int vlan) {}
}
