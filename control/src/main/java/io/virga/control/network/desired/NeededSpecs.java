package io.virga.control.network.desired;

import io.virga.control.database.Transaction;
import io.virga.control.network.address.Protocols;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a host's ports need: their networks, the bound ports of these, the groups that are spoken
 * of.
 */
public final class NeededSpecs {

  private static final long FIRST_GENERATION = 1;

  private final NetworkStore networks;
  private final SubnetStore subnets;
  private final PortStore ports;
  private final SecurityGroupStore groups;

  public NeededSpecs(
      NetworkStore networks, SubnetStore subnets, PortStore ports, SecurityGroupStore groups) {
    this.networks = networks;
    this.subnets = subnets;
    this.ports = ports;
    this.groups = groups;
  }

  /** All of first generation; none if the host has no port. */
  Flux<DesiredState> of(Transaction transaction, String host) {
    return ports
        .besidesHost(transaction, host)
        .collectList()
        .flatMapMany(
            all -> {
              List<UUID> networkIds = all.stream().map(Port::networkId).distinct().toList();
              List<UUID> groupIds =
                  all.stream()
                      .filter(port -> port.host().equals(host))
                      .flatMap(port -> port.securityGroupIds().stream())
                      .distinct()
                      .map(UUID::fromString)
                      .toList();
              return Flux.concat(
                  networksOf(transaction, networkIds),
                  groupsOf(transaction, groupIds),
                  Flux.fromIterable(all).map(NeededSpecs::port));
            });
  }

  private Flux<DesiredState> networksOf(Transaction transaction, List<UUID> ids) {
    return subnets
        .ofNetworks(transaction, ids)
        .collectList()
        .flatMapMany(
            all ->
                Flux.fromIterable(ids)
                    .concatMap(id -> networks.find(transaction, Viewer.EVERYTHING, id))
                    .map(network -> network(network, all)));
  }

  private Flux<DesiredState> groupsOf(Transaction transaction, List<UUID> ids) {
    return groups
        .withRemote(transaction, ids)
        .collectList()
        .flatMapMany(
            all ->
                members(transaction, all)
                    .flatMapIterable(
                        members ->
                            all.stream()
                                .map(g -> group(g, members.getOrDefault(g.id(), List.of())))
                                .toList()));
  }

  private Mono<Map<UUID, List<String>>> members(Transaction transaction, List<SecurityGroup> of) {
    return groups.members(transaction, of.stream().map(SecurityGroup::id).toList());
  }

  private static NetworkSpec network(Network network, List<Subnet> subnets) {
    return new NetworkSpec(
        network.id().toString(),
        FIRST_GENERATION,
        network.projectId(),
        network.vni(),
        network.mtu(),
        Optional.empty(),
        Optional.empty(),
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
        Optional.empty(),
        Optional.empty());
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
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static SecurityGroupSpec group(SecurityGroup group, List<String> members) {
    return new SecurityGroupSpec(
        group.id().toString(),
        FIRST_GENERATION,
        group.rules().stream().map(NeededSpecs::rule).toList(),
        members,
        !group.stateful());
  }

  private static SecurityGroupSpec.Rule rule(SecurityGroupRule rule) {
    return new SecurityGroupSpec.Rule(
        rule.id().toString(),
        rule.direction().equals("ingress")
            ? SecurityGroupSpec.Direction.INGRESS
            : SecurityGroupSpec.Direction.EGRESS,
        rule.etherType().equals("IPv4")
            ? SecurityGroupSpec.EtherType.IPV4
            : SecurityGroupSpec.EtherType.IPV6,
        rule.protocol().map(Protocols::number),
        rule.portMin(),
        rule.portMax(),
        rule.remoteCidr(),
        rule.remoteGroupId().map(UUID::toString));
  }
}
