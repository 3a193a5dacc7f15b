package io.virga.control.network.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
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
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  private static final int TAP_ID_LENGTH = 11;

  public Port {
    fixedIps = List.copyOf(fixedIps);
    securityGroupIds = List.copyOf(securityGroupIds);
    allowedAddressPairs = List.copyOf(allowedAddressPairs);
  }

  /** The name of the tap device on the host. */
  public String tapName() {
    return "tap" + id.toString().substring(0, TAP_ID_LENGTH);
  }

  public List<String> addresses() {
    return fixedIps.stream().map(FixedIp::ipAddress).toList();
  }

  /** An address of the port, in the words of the API. */
  public record FixedIp(
      @JsonProperty("subnet_id") String subnetId, @JsonProperty("ip_address") String ipAddress) {}

  /** The same port, plugged into a router or out of it. */
  public Port pluggedInto(String newDeviceId, String newDeviceOwner) {
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
        host,
        hostname,
        wired,
        madeForInstance,
        card,
        fixedIps,
        securityGroupIds,
        allowedAddressPairs,
        createdAt,
        updatedAt,
        revision);
  }

  /** A further source that the port may send from, in the words of the API. */
  public record AddressPair(
      @JsonProperty("ip_address") String ipAddress, @JsonProperty("mac_address") String mac) {}
}
