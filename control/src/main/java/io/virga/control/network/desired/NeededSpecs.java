package io.virga.control.network.desired;

import io.virga.control.database.Transaction;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** Networks, ports and groups as hosts are told of them, all of first generation. */
public final class NeededSpecs {

  static final long FIRST_GENERATION = 1;

  private static final String ENDPOINTS =
      """
      SELECT name, tunnel_address FROM network_host
       WHERE name = ANY(:names) AND tunnel_address IS NOT NULL
      """;

  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final SecurityGroupStore groups;
  private final RouterSpecs routers;

  public NeededSpecs(Stores stores) {
    this.networks = stores.networks();
    this.subnets = stores.subnets();
    this.ports = stores.ports();
    this.groups = stores.groups();
    this.routers = new RouterSpecs(stores.ports(), stores.routers(), stores.floatingIps());
  }

  /** The tables that hosts are told of. */
  public record Stores(
      NetworkStore networks,
      SubnetStore subnets,
      PortStore ports,
      SecurityGroupStore groups,
      RouterStore routers,
      FloatingIpStore floatingIps) {}

  Flux<DesiredState> networks(Transaction transaction, Set<UUID> ids) {
    List<UUID> all = List.copyOf(ids);
    return all.isEmpty()
        ? Flux.empty()
        : subnets
            .ofNetworks(transaction, all)
            .collectList()
            .flatMapMany(
                of -> networks.ofIds(transaction, all).map(network -> network(network, of)));
  }

  Flux<DesiredState> routers(Transaction transaction, Set<UUID> ids) {
    return ids.isEmpty()
        ? Flux.empty()
        : routers.of(transaction, List.copyOf(ids)).cast(DesiredState.class);
  }

  Flux<DesiredState> groups(Transaction transaction, Set<UUID> ids) {
    return ids.isEmpty()
        ? Flux.empty()
        : groups.populated(transaction, List.copyOf(ids)).map(NeededSpecs::group);
  }

  /** All bound ports of networks. */
  Flux<DesiredState> portsOf(Transaction transaction, Set<UUID> networks) {
    return networks.isEmpty()
        ? Flux.empty()
        : ports.boundOn(transaction, List.copyOf(networks)).map(NeededSpecs::port);
  }

  /** Those of the ports that are there and bound. */
  Flux<DesiredState> ports(Transaction transaction, Set<UUID> ids) {
    return ids.isEmpty()
        ? Flux.empty()
        : ports
            .ofIds(transaction, List.copyOf(ids))
            .filter(port -> !port.host().isEmpty())
            .map(NeededSpecs::port);
  }

  Flux<DesiredState> endpoints(Transaction transaction, Set<String> hosts) {
    return hosts.isEmpty()
        ? Flux.empty()
        : transaction
            .sql(ENDPOINTS)
            .bind("names", hosts.toArray(String[]::new))
            .all(
                row ->
                    new TunnelEndpointSpec(
                        row.text("name"), FIRST_GENERATION, row.text("tunnel_address")));
  }

  private static NetworkSpec network(Network network, List<Subnet> subnets) {
    return new NetworkSpec(
        network.id().toString(),
        FIRST_GENERATION,
        network.projectId(),
        network.vni(),
        network.mtu(),
        network
            .provider()
            .map(wire -> new NetworkSpec.ProviderSegment(wire.physicalNetwork(), wire.vlan())),
        network.dnsDomain(),
        subnets.stream()
            .filter(subnet -> subnet.networkId().equals(network.id()))
            .map(NeededSpecs::subnet)
            .toList());
  }

  private static NetworkSpec.SubnetSpec subnet(Subnet subnet) {
    return new NetworkSpec.SubnetSpec(
        subnet.id().toString(),
        subnet.cidr(),
        subnet.gatewayIp(),
        subnet.enableDhcp(),
        subnet.dnsNameservers(),
        subnet.hostRoutes().stream()
            .map(route -> new NetworkSpec.HostRoute(route.destination(), route.nexthop()))
            .toList(),
        subnet.modes().ra(),
        subnet.modes().address());
  }

  private static PortSpec port(Port port) {
    return new PortSpec(
        port.id().toString(),
        FIRST_GENERATION,
        port.networkId().toString(),
        port.projectId(),
        port.host(),
        port.deviceId(),
        port.tapName(),
        port.hostname(),
        port.mac(),
        port.adminStateUp(),
        port.portSecurityEnabled(),
        port.fixedIps().stream()
            .map(ip -> new PortSpec.FixedAddress(ip.subnetId(), ip.ipAddress()))
            .toList(),
        port.securityGroupIds(),
        port.allowedAddressPairs().stream()
            .map(pair -> new PortSpec.AddressPair(pair.ipAddress(), pair.mac()))
            .toList(),
        port.options().dhcpOptions().stream()
            .map(
                option ->
                    new PortSpec.DhcpOption(option.ipVersion(), option.name(), option.value()))
            .toList(),
        PortQosSpecs.of(port.options().qosRules()),
        port.options()
            .trunk()
            .map(place -> new PortSpec.TrunkParent(place.parentId().toString(), place.vlan())));
  }

  private static SecurityGroupSpec group(SecurityGroupStore.Populated populated) {
    SecurityGroup group = populated.group();
    return new SecurityGroupSpec(
        group.id().toString(),
        FIRST_GENERATION,
        group.rules().stream().flatMap(GroupRules::of).toList(),
        populated.members(),
        !group.stateful());
  }
}
