package io.virga.control.network.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A port.
 *
 * @param host empty while it is not bound
 * @param madeForInstance whether it goes with its instance
 * @param card its place among the cards of its instance
 */
public record Port(
    UUID id,
    UUID networkId,
    String projectId,
    String name,
    String description,
    String mac,
    boolean adminStateUp,
    boolean portSecurityEnabled,
    String deviceId,
    String deviceOwner,
    String host,
    String hostname,
    boolean wired,
    boolean madeForInstance,
    int card,
    List<FixedIp> fixedIps,
    List<String> securityGroupIds,
    List<AddressPair> allowedAddressPairs,
    Options options,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  private static final int TAP_ID_LENGTH = 11;

  public Port {
    fixedIps = List.copyOf(fixedIps);
    securityGroupIds = List.copyOf(securityGroupIds);
    allowedAddressPairs = List.copyOf(allowedAddressPairs);
  }

  /**
   * What few ports have.
   *
   * @param networkDomain of its name; its network's
   * @param networkQosPolicyId what it goes by without a policy of its own; its network's
   * @param qosRules of the policy that it goes by
   * @param trunk where it comes out if it is a trunk's sub-port
   * @param carries the trunk whose port it is
   */
  public record Options(
      List<DhcpOption> dhcpOptions,
      Optional<UUID> qosPolicyId,
      Optional<UUID> networkQosPolicyId,
      List<QosRule> qosRules,
      Optional<String> networkDomain,
      Optional<SubPort> trunk,
      Optional<Carried> carries) {

    /** A new port's that asks for nothing. */
    public static final Options NONE =
        new Options(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Options {
      dhcpOptions = List.copyOf(dhcpOptions);
      qosRules = List.copyOf(qosRules);
    }

    /** The same with what a client may choose. */
    public Options of(List<DhcpOption> newDhcpOptions, Optional<UUID> newQosPolicyId) {
      return new Options(
          newDhcpOptions,
          newQosPolicyId,
          networkQosPolicyId,
          qosRules,
          networkDomain,
          trunk,
          carries);
    }
  }

  /**
   * A place in a trunk.
   *
   * @param parentId the trunk's port
   * @param vlan the tag there, 1 to 4094
   */
  public record SubPort(UUID parentId, int vlan) {}

  /** A trunk, in the words of the API. */
  public record Carried(
      @JsonProperty("trunk_id") UUID trunkId, @JsonProperty("sub_ports") List<Sub> subPorts) {

    public Carried {
      subPorts = List.copyOf(subPorts);
    }

    /** A sub-port of it. */
    public record Sub(
        @JsonProperty("port_id") UUID portId,
        @JsonProperty("segmentation_type") String segmentationType,
        @JsonProperty("segmentation_id") int segmentationId,
        @JsonProperty("mac_address") String mac) {}
  }

  /** An option that DHCP gives it, in the words of the API. */
  public record DhcpOption(
      @JsonProperty("opt_name") String name,
      @JsonProperty("opt_value") String value,
      @JsonProperty("ip_version") int ipVersion) {}

  /** The name of the tap device on the host. */
  public String tapName() {
    return tapName(id);
  }

  /** That of the port with the id. */
  public static String tapName(UUID id) {
    return "tap" + id.toString().substring(0, TAP_ID_LENGTH);
  }

  public List<String> addresses() {
    return fixedIps.stream().map(FixedIp::ipAddress).toList();
  }

  /** An address of the port, in the words of the API. */
  public record FixedIp(
      @JsonProperty("subnet_id") String subnetId, @JsonProperty("ip_address") String ipAddress) {}

  /** The same port in other security groups. */
  public Port inGroups(List<String> groupIds) {
    return with(deviceId, deviceOwner, host, fixedIps, groupIds);
  }

  /** The same port with other addresses. */
  public Port with(List<FixedIp> others) {
    return with(deviceId, deviceOwner, host, others, securityGroupIds);
  }

  /** The same port, plugged into a router or out of it. */
  public Port pluggedInto(String newDeviceId, String newDeviceOwner) {
    return with(newDeviceId, newDeviceOwner, host, fixedIps, securityGroupIds);
  }

  /** The same port, bound to a host or, with the empty name, to none. */
  public Port boundTo(String newHost) {
    return with(deviceId, deviceOwner, newHost, fixedIps, securityGroupIds);
  }

  private Port with(
      String newDeviceId,
      String newDeviceOwner,
      String newHost,
      List<FixedIp> addresses,
      List<String> groupIds) {
    return new Port(
        id,
        networkId,
        projectId,
        name,
        description,
        mac,
        adminStateUp,
        portSecurityEnabled,
        newDeviceId,
        newDeviceOwner,
        newHost,
        hostname,
        wired,
        madeForInstance,
        card,
        addresses,
        groupIds,
        allowedAddressPairs,
        options,
        createdAt,
        updatedAt,
        revision);
  }

  /** A further source that the port may send from, in the words of the API. */
  public record AddressPair(
      @JsonProperty("ip_address") String ipAddress, @JsonProperty("mac_address") String mac) {}
}
