package io.virga.control.network.port;

import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A port that is asked for.
 *
 * @param mac a new one if empty
 * @param addresses the lowest free one of each family that the network has if empty
 * @param groupIds the project's default group if empty
 * @param portSecurity as the network has it if empty
 */
public record PortDraft(
    String projectId,
    UUID networkId,
    String name,
    String description,
    Optional<String> mac,
    Optional<List<AddressWish>> addresses,
    Optional<List<String>> groupIds,
    boolean adminStateUp,
    Optional<Boolean> portSecurity,
    List<Port.AddressPair> allowedAddressPairs,
    Port.Options options,
    Device device) {

  /** A port of the cloud's own on an external network; it is no project's. */
  public static PortDraft external(
      UUID networkId, Optional<List<AddressWish>> addresses, String deviceId, String owner) {
    return ofCloud("", networkId, addresses, new Device(deviceId, owner, "", "", false, 0));
  }

  /** The port of a router on a network. */
  public static PortDraft routerInterface(
      String projectId, UUID networkId, AddressWish address, String routerId) {
    return ofCloud(
        projectId,
        networkId,
        Optional.of(List.of(address)),
        new Device(routerId, DeviceOwner.ROUTER_INTERFACE, "", "", false, 0));
  }

  private static PortDraft ofCloud(
      String projectId, UUID networkId, Optional<List<AddressWish>> addresses, Device device) {
    return new PortDraft(
        projectId,
        networkId,
        "",
        "",
        Optional.empty(),
        addresses,
        Optional.of(List.of()),
        true,
        Optional.of(false),
        List.of(),
        Port.Options.NONE,
        device);
  }

  /** An address that is asked for: on a subnet, this very one, or both. */
  public record AddressWish(Optional<UUID> subnetId, Optional<String> ipAddress) {

    /** These very ones. */
    public static List<AddressWish> all(List<Port.FixedIp> addresses) {
      return addresses.stream()
          .map(
              ip ->
                  new AddressWish(
                      Optional.of(UUID.fromString(ip.subnetId())), Optional.of(ip.ipAddress())))
          .toList();
    }
  }

  /**
   * What the port is plugged into.
   *
   * @param host empty while it is not bound
   */
  public record Device(
      String id, String owner, String host, String hostname, boolean madeForInstance, int card) {

    /** Nothing. */
    public static final Device NONE = new Device("", "", "", "", false, 0);
  }
}
