package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.network.address.Eui64;
import io.virga.control.network.desired.HostViews.Scope;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.port.PortLife.Stores;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.PortStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * The addresses that ports get and lose with a subnet on which machines make their own (RFC 4862):
 * nobody asks for them, and they keep no subnet from being deleted.
 */
public final class AutomaticAddresses {

  private static final Set<String> WITHOUT =
      Set.of(DeviceOwner.ROUTER_INTERFACE, DeviceOwner.FLOATING_IP);

  private final PortStore ports;
  private final AddressStore addresses;

  public AutomaticAddresses(Stores stores) {
    this.ports = stores.ports();
    this.addresses = stores.addresses();
  }

  /** Whether there is a machine behind the port that makes itself addresses. */
  static boolean areMadeBy(Port port) {
    return !WITHOUT.contains(port.deviceOwner());
  }

  /**
   * The ports of a subnet's network that have an address there, or shall have one.
   *
   * @param scope what their addresses change of what hosts are told
   */
  public record Holders(Subnet subnet, List<Port> ports, Scope scope) {

    public Holders {
      ports = List.copyOf(ports);
    }
  }

  /** The lock of the views must be held, so that no port comes meanwhile. */
  public Mono<Holders> holders(Transaction transaction, Subnet subnet) {
    Scope network = Scope.ofNetwork(subnet.networkId());
    return subnet.modes().automatic()
        ? ports
            .ofNetwork(transaction, subnet.networkId())
            .filter(AutomaticAddresses::areMadeBy)
            .collectList()
            .map(all -> new Holders(subnet, all, network.and(scope(all))))
        : Mono.just(new Holders(subnet, List.of(), network));
  }

  /** Groups name the addresses of their members, and routers those of their gateways. */
  private static Scope scope(List<Port> ports) {
    Set<UUID> routers =
        ports.stream()
            .filter(port -> port.deviceOwner().equals(DeviceOwner.ROUTER_GATEWAY))
            .map(port -> UUID.fromString(port.deviceId()))
            .collect(Collectors.toSet());
    return Scope.ofGroups(
            ports.stream()
                .flatMap(port -> port.securityGroupIds().stream())
                .map(UUID::fromString)
                .collect(Collectors.toSet()))
        .and(Scope.ofRouters(routers));
  }

  /** Gives each its address on the subnet, which is new. */
  public Mono<Void> give(Transaction transaction, Holders holders) {
    Subnet subnet = holders.subnet();
    Map<UUID, String> own =
        holders.ports().stream()
            .collect(
                Collectors.toMap(
                    Port::id, port -> Eui64.of(subnet.prefix(), port.mac()).toString()));
    return addresses.takeAll(transaction, subnet.id(), own);
  }

  /** Takes them back, for the subnet is to go. */
  public Mono<Void> takeBack(Transaction transaction, Holders holders) {
    return addresses.releaseAll(
        transaction, holders.subnet().id(), holders.ports().stream().map(Port::id).toList());
  }
}
