package io.virga.control.network.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Subnet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads subnets from requests, and refuses what does not fit together. */
final class SubnetBodies {

  private static final int MAX_IPV4_PREFIX = 31;
  private static final int MAX_IPV6_PREFIX = 126;

  /** Where no machine can have an address of its own to be reached by from another link. */
  private static final List<IpPrefix> NO_SUBNETS =
      List.of(
          IpPrefix.parse("::/127").orElseThrow(),
          IpPrefix.LINK_LOCAL,
          IpPrefix.parse("ff00::/8").orElseThrow());

  private SubnetBodies() {}

  /** A subnet of that network; its network's project's, unless another is named. */
  static Subnet read(
      ApiRequest request, JsonBody body, Network network, PooledSubnets.Block block) {
    IpPrefix cidr = checked(block.prefix());
    Optional<IpAddress> gateway = SubnetRanges.gateway(body, cidr);
    return new Subnet(
        Ids.next(),
        network.id(),
        Fields.project(request, body, network.projectId()),
        Fields.name(body),
        Fields.description(body),
        cidr.toString(),
        gateway.map(IpAddress::toString),
        body.flag("enable_dhcp", true),
        SubnetRanges.pools(body, cidr, gateway),
        nameservers(body, cidr.version()),
        hostRoutes(body, cidr.version()),
        Ipv6ModeBodies.read(body, cidr),
        block.poolId(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  /** Refuses what is wrong in itself, before anything that the body names is looked for. */
  static void checkForm(JsonBody body) {
    int version = Fields.ipVersion(body);
    body.optionalText("cidr", Fields.NAME_LENGTH)
        .map(text -> checked(Fields.prefix(body.at("cidr"), text)))
        .ifPresent(cidr -> checkVersion("cidr", cidr.toString(), cidr.version(), version));
  }

  private static IpPrefix checked(IpPrefix cidr) {
    int most = cidr.version() == 4 ? MAX_IPV4_PREFIX : MAX_IPV6_PREFIX;
    if (cidr.length() == 0 || cidr.length() > most) {
      throw Fields.invalid(
          "subnet.cidr: the prefix of " + cidr + " is not of 1 to " + most + " bits");
    }
    NO_SUBNETS.stream()
        .filter(cidr::overlaps)
        .findFirst()
        .ifPresent(
            block -> {
              throw Fields.invalid(
                  "subnet.cidr: "
                      + cidr
                      + " has addresses of "
                      + block
                      + ", which are no subnet's");
            });
    return cidr;
  }

  static Subnet changed(JsonBody body, Subnet before) {
    if (body.has("cidr") || body.has("network_id") || body.has("allocation_pools")) {
      throw Fields.invalid(
          "Cannot update read-only attribute: cidr, network_id and allocation_pools stay as made.");
    }
    Ipv6ModeBodies.checkKept(body, before.modes());
    int version = before.prefix().version();
    return new Subnet(
        before.id(),
        before.networkId(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        before.cidr(),
        body.has("gateway_ip")
            ? SubnetRanges.otherGateway(body, before).map(IpAddress::toString)
            : before.gatewayIp(),
        body.flag("enable_dhcp", before.enableDhcp()),
        before.pools(),
        body.has("dns_nameservers") ? nameservers(body, version) : before.dnsNameservers(),
        body.has("host_routes") ? hostRoutes(body, version) : before.hostRoutes(),
        before.modes(),
        before.subnetPoolId(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  private static List<String> nameservers(JsonBody body, int version) {
    return body.texts("dns_nameservers", Fields.MAX_ITEMS, Fields.NAME_LENGTH).stream()
        .map(text -> ip(body.at("dns_nameservers"), text, version))
        .toList();
  }

  private static List<Subnet.HostRoute> hostRoutes(JsonBody body, int version) {
    return body.objects("host_routes", Fields.MAX_ITEMS).stream()
        .map(
            route ->
                new Subnet.HostRoute(
                    destination(route, version),
                    ip(route.at("nexthop"), route.text("nexthop", Fields.NAME_LENGTH), version)))
        .toList();
  }

  private static String destination(JsonBody route, int version) {
    IpPrefix destination =
        Fields.prefix(route.at("destination"), route.text("destination", Fields.NAME_LENGTH));
    checkVersion(route.at("destination"), destination.toString(), destination.version(), version);
    return destination.toString();
  }

  private static String ip(String where, String text, int version) {
    IpAddress address = Fields.ip(where, text);
    checkVersion(where, text, address.version(), version);
    return address.toString();
  }

  private static void checkVersion(String where, String text, int version, int wanted) {
    if (version != wanted) {
      throw Fields.invalid(
          "%s: '%s' does not match the ip_version '%d'".formatted(where, text, wanted));
    }
  }
}
