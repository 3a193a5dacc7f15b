package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.Ipv4;
import io.virga.control.network.address.Ipv4Network;
import io.virga.control.network.address.Ipv4Range;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Subnet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads subnets from requests, and refuses what does not fit together. */
final class SubnetBodies {

  private static final int MAX_PREFIX = 31;

  private SubnetBodies() {}

  /** A subnet of that network; its network's project's, unless another is named. */
  static Subnet read(
      ApiRequest request, JsonBody body, Network network, PooledSubnets.Block block) {
    Ipv4Network cidr = cidr(body, block.cidr());
    Optional<Ipv4> gateway =
        body.has("gateway_ip") ? gateway(body, cidr) : Optional.of(cidr.firstUsable());
    return new Subnet(
        Ids.next(),
        network.id(),
        Fields.project(request, body, network.projectId()),
        Fields.name(body),
        Fields.description(body),
        cidr.toString(),
        gateway.map(Ipv4::toString),
        body.flag("enable_dhcp", true),
        pools(body, cidr, gateway),
        nameservers(body),
        hostRoutes(body),
        block.poolId(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  /** Refuses what is wrong in itself, before anything that the body names is looked for. */
  static void checkForm(JsonBody body) {
    if (body.number("ip_version", 4, 6) != 4) {
      throw Fields.invalid("subnet.ip_version: 6 is not supported yet, accepted is 4");
    }
    body.optionalText("cidr", Fields.NAME_LENGTH).ifPresent(text -> cidr(body, text));
  }

  private static Ipv4Network cidr(JsonBody body, String text) {
    Ipv4Network cidr = Fields.cidr(body.at("cidr"), text);
    if (cidr.prefixLength() == 0 || cidr.prefixLength() > MAX_PREFIX) {
      throw Fields.invalid("subnet.cidr: the prefix of " + cidr + " is not of 1 to 31 bits");
    }
    return cidr;
  }

  static Subnet changed(JsonBody body, Subnet before) {
    Ipv4Network cidr = Ipv4Network.parse(before.cidr()).orElseThrow();
    if (body.has("cidr") || body.has("network_id") || body.has("allocation_pools")) {
      throw Fields.invalid(
          "Cannot update read-only attribute: cidr, network_id and allocation_pools stay as made.");
    }
    return new Subnet(
        before.id(),
        before.networkId(),
        before.projectId(),
        body.optionalText("name", Fields.NAME_LENGTH).orElse(before.name()),
        body.optionalText("description", Fields.NAME_LENGTH).orElse(before.description()),
        before.cidr(),
        body.has("gateway_ip") ? otherGateway(body, cidr, before) : before.gatewayIp(),
        body.flag("enable_dhcp", before.enableDhcp()),
        before.pools(),
        body.has("dns_nameservers") ? nameservers(body) : before.dnsNameservers(),
        body.has("host_routes") ? hostRoutes(body) : before.hostRoutes(),
        before.subnetPoolId(),
        before.createdAt(),
        before.updatedAt(),
        before.revision());
  }

  /** A gateway in a pool would be given to the next port. */
  private static Optional<String> otherGateway(JsonBody body, Ipv4Network cidr, Subnet before) {
    Optional<Ipv4> gateway = gateway(body, cidr);
    for (Subnet.Pool pool : before.pools()) {
      refuseInPool(
          new Ipv4Range(
              Ipv4.parse(pool.start()).orElseThrow(), Ipv4.parse(pool.end()).orElseThrow()),
          gateway);
    }
    return gateway.map(Ipv4::toString);
  }

  private static Optional<Ipv4> gateway(JsonBody body, Ipv4Network cidr) {
    Optional<Ipv4> gateway =
        body.optionalText("gateway_ip", Fields.NAME_LENGTH)
            .map(text -> Fields.ip(body.at("gateway_ip"), text));
    gateway
        .filter(ip -> !cidr.contains(ip))
        .ifPresent(
            ip -> {
              throw Fields.invalid("subnet.gateway_ip: " + ip + " is not in " + cidr);
            });
    return gateway;
  }

  private static List<Subnet.Pool> pools(JsonBody body, Ipv4Network cidr, Optional<Ipv4> gateway) {
    List<Ipv4Range> ranges = new ArrayList<>();
    for (JsonBody pool : body.objects("allocation_pools", Fields.MAX_ITEMS)) {
      Ipv4Range range =
          new Ipv4Range(
              Fields.ip(pool.at("start"), pool.text("start", Fields.NAME_LENGTH)),
              Fields.ip(pool.at("end"), pool.text("end", Fields.NAME_LENGTH)));
      check(range, ranges, cidr, gateway);
      ranges.add(range);
    }
    return (ranges.isEmpty() ? Ipv4Range.allOf(cidr, gateway) : ranges)
        .stream()
            .map(range -> new Subnet.Pool(range.first().toString(), range.last().toString()))
            .toList();
  }

  private static void check(
      Ipv4Range range, List<Ipv4Range> others, Ipv4Network cidr, Optional<Ipv4> gateway) {
    String shown = range.first() + "-" + range.last();
    if (range.first().compareTo(range.last()) > 0) {
      throw pool("InvalidAllocationPool", "The allocation pool " + shown + " is not valid.");
    }
    if (range.first().compareTo(cidr.firstUsable()) < 0
        || range.last().compareTo(cidr.lastUsable()) > 0) {
      throw pool(
          "OutOfBoundsAllocationPool",
          "The allocation pool " + shown + " spans beyond the subnet cidr " + cidr + ".");
    }
    if (others.stream().anyMatch(range::overlaps)) {
      throw ApiFault.conflict("Found overlapping allocation pools: " + shown + ".")
          .ofType("OverlappingAllocationPools");
    }
    refuseInPool(range, gateway);
  }

  private static void refuseInPool(Ipv4Range pool, Optional<Ipv4> gateway) {
    gateway
        .filter(pool::contains)
        .ifPresent(
            ip -> {
              throw ApiFault.conflict(
                      "Gateway ip %s conflicts with allocation pool %s-%s."
                          .formatted(ip, pool.first(), pool.last()))
                  .ofType("GatewayConflictWithAllocationPools");
            });
  }

  private static ApiFault pool(String type, String message) {
    return ApiFault.badRequest(message).ofType(type);
  }

  private static List<String> nameservers(JsonBody body) {
    return body.texts("dns_nameservers", Fields.MAX_ITEMS, Fields.NAME_LENGTH).stream()
        .map(text -> Fields.ip(body.at("dns_nameservers"), text).toString())
        .toList();
  }

  private static List<Subnet.HostRoute> hostRoutes(JsonBody body) {
    return body.objects("host_routes", Fields.MAX_ITEMS).stream()
        .map(
            route ->
                new Subnet.HostRoute(
                    Fields.cidr(
                            route.at("destination"), route.text("destination", Fields.NAME_LENGTH))
                        .toString(),
                    Fields.ip(route.at("nexthop"), route.text("nexthop", Fields.NAME_LENGTH))
                        .toString()))
        .toList();
  }
}
