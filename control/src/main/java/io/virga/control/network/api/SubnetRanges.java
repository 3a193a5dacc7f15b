package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.address.IpRange;
import io.virga.control.network.model.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a subnet's gateway and pools from a request, and refuses what does not fit its block. */
final class SubnetRanges {

  private SubnetRanges() {}

  /** The first address, unless the body says otherwise. */
  static Optional<IpAddress> gateway(JsonBody body, IpPrefix cidr) {
    if (!body.has("gateway_ip")) {
      return Optional.of(cidr.firstUsable());
    }
    Optional<IpAddress> gateway =
        body.optionalText("gateway_ip", Fields.NAME_LENGTH)
            .map(text -> Fields.ip(body.at("gateway_ip"), text));
    gateway
        .filter(ip -> !cidr.contains(ip) && !isOnLink(cidr, ip))
        .ifPresent(
            ip -> {
              throw Fields.invalid("subnet.gateway_ip: " + ip + " is not in " + cidr);
            });
    return gateway;
  }

  /** A router of an IPv6 subnet is known by an address that is on every link. */
  private static boolean isOnLink(IpPrefix cidr, IpAddress gateway) {
    return cidr.version() == 6 && IpPrefix.LINK_LOCAL.contains(gateway);
  }

  /** A gateway in a pool would be given to the next port. */
  static Optional<IpAddress> otherGateway(JsonBody body, Subnet before) {
    Optional<IpAddress> gateway = gateway(body, before.prefix());
    for (Subnet.Pool pool : before.pools()) {
      refuseInPool(
          new IpRange(
              IpAddress.parse(pool.start()).orElseThrow(),
              IpAddress.parse(pool.end()).orElseThrow()),
          gateway);
    }
    return gateway;
  }

  static List<Subnet.Pool> pools(JsonBody body, IpPrefix cidr, Optional<IpAddress> gateway) {
    List<IpRange> ranges = new ArrayList<>();
    for (JsonBody pool : body.objects("allocation_pools", Fields.MAX_ITEMS)) {
      IpRange range =
          new IpRange(
              Fields.ip(pool.at("start"), pool.text("start", Fields.NAME_LENGTH)),
              Fields.ip(pool.at("end"), pool.text("end", Fields.NAME_LENGTH)));
      check(range, ranges, cidr, gateway);
      ranges.add(range);
    }
    return pools(ranges.isEmpty() ? IpRange.allOf(cidr, gateway) : ranges);
  }

  private static List<Subnet.Pool> pools(List<IpRange> ranges) {
    return ranges.stream()
        .map(range -> new Subnet.Pool(range.first().toString(), range.last().toString()))
        .toList();
  }

  private static void check(
      IpRange range, List<IpRange> others, IpPrefix cidr, Optional<IpAddress> gateway) {
    if (range.first().compareTo(range.last()) > 0) {
      throw pool("InvalidAllocationPool", "The allocation pool " + range + " is not valid.");
    }
    if (range.first().compareTo(cidr.firstUsable()) < 0
        || range.last().compareTo(cidr.lastUsable()) > 0) {
      throw pool(
          "OutOfBoundsAllocationPool",
          "The allocation pool " + range + " spans beyond the subnet cidr " + cidr + ".");
    }
    if (others.stream().anyMatch(range::overlaps)) {
      throw ApiFault.conflict("Found overlapping allocation pools: " + range + ".")
          .ofType("OverlappingAllocationPools");
    }
    refuseInPool(range, gateway);
  }

  private static void refuseInPool(IpRange pool, Optional<IpAddress> gateway) {
    gateway
        .filter(pool::contains)
        .ifPresent(
            ip -> {
              throw ApiFault.conflict(
                      "Gateway ip %s conflicts with allocation pool %s.".formatted(ip, pool))
                  .ofType("GatewayConflictWithAllocationPools");
            });
  }

  private static ApiFault pool(String type, String message) {
    return ApiFault.badRequest(message).ofType(type);
  }
}
