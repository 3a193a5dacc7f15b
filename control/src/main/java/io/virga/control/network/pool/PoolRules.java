package io.virga.control.network.pool;

import io.virga.control.fault.ApiFault;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.SubnetPool;
import io.virga.control.network.store.SubnetPoolStore.Taken;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** What may be cut from a subnet pool, and what a pool may be, with Neutron's refusals. */
public final class PoolRules {

  /** A quota counts these: addresses of IPv4, and of IPv6 the smallest subnets. */
  private static final int IPV6_UNIT = 64;

  private PoolRules() {}

  /** What is asked for. */
  public sealed interface Wish {

    /** Any free block; of the pool's usual length if none is named. */
    record Any(Optional<Integer> length) implements Wish {}

    /** This very block. */
    record This(IpPrefix prefix) implements Wish {}
  }

  /** The block that a project gets. */
  public static IpPrefix cut(SubnetPool pool, List<Taken> taken, String project, Wish wish) {
    List<IpPrefix> prefixes = taken.stream().map(Taken::prefix).toList();
    IpPrefix cut =
        switch (wish) {
          case Wish.This(IpPrefix prefix) -> wished(pool, prefixes, prefix);
          case Wish.Any(Optional<Integer> length) ->
              any(pool, prefixes, length.orElse(pool.lengths().byDefault()));
        };
    checkQuota(pool, taken, project, cut);
    return cut;
  }

  /** Refuses lengths that do not go together. */
  public static void check(SubnetPool pool) {
    SubnetPool.Lengths lengths = pool.lengths();
    int bits = IpAddress.width(pool.ipVersion());
    if (lengths.min() < 1 || lengths.max() > bits) {
      throw bounds("min_prefixlen and max_prefixlen must be of 1 to " + bits);
    }
    if (lengths.min() > lengths.max()) {
      throw bounds(
          "min_prefixlen %d is larger than max_prefixlen %d"
              .formatted(lengths.min(), lengths.max()));
    }
    if (lengths.byDefault() < lengths.min() || lengths.byDefault() > lengths.max()) {
      throw bounds(
          "default_prefixlen %d is not between min_prefixlen %d and max_prefixlen %d"
              .formatted(lengths.byDefault(), lengths.min(), lengths.max()));
    }
    if (pool.prefixes().isEmpty()) {
      throw ApiFault.badRequest("Empty subnet pool prefix list.")
          .ofType("EmptySubnetPoolPrefixList");
    }
    for (IpPrefix prefix : pool.prefixes()) {
      if (prefix.version() != pool.ipVersion()) {
        throw ApiFault.badRequest(
                "Cannot mix IPv4 and IPv6 prefixes in a subnet pool: %s is not of IPv%d"
                    .formatted(prefix, pool.ipVersion()))
            .ofType("PrefixVersionMismatch");
      }
    }
  }

  /** Refuses addresses that another pool of the same scope has. */
  public static void checkScope(SubnetPool pool, List<SubnetPool> others) {
    for (SubnetPool other : others) {
      for (IpPrefix prefix : pool.prefixes()) {
        if (other.prefixes().stream().anyMatch(prefix::overlaps)) {
          throw ApiFault.conflict(
                  "Failed to associate address scope: subnetpools within an address scope must have"
                      + " unique prefixes; "
                      + prefix
                      + " is one of subnet pool "
                      + other.standard().id())
              .ofType("AddressScopePrefixConflict");
        }
      }
    }
  }

  private static IpPrefix wished(SubnetPool pool, List<IpPrefix> taken, IpPrefix prefix) {
    checkLength(pool, prefix.length());
    if (pool.prefixes().stream().noneMatch(block -> block.contains(prefix))
        || taken.stream().anyMatch(prefix::overlaps)) {
      throw allocation(
          "Cannot allocate requested subnet " + prefix + " from the available set of prefixes");
    }
    return prefix;
  }

  private static IpPrefix any(SubnetPool pool, List<IpPrefix> taken, int length) {
    checkLength(pool, length);
    return FreePrefixes.lowest(pool.prefixes(), taken, length)
        .orElseThrow(
            () -> allocation("Insufficient prefix space to allocate subnet size /" + length));
  }

  private static void checkLength(SubnetPool pool, int length) {
    if (length < pool.lengths().min()) {
      throw ApiFault.badRequest(
              "Unable to allocate subnet with prefix length %d, minimum allowed prefix is %d."
                  .formatted(length, pool.lengths().min()))
          .ofType("MinPrefixSubnetAllocationError");
    }
    if (length > pool.lengths().max()) {
      throw ApiFault.badRequest(
              "Unable to allocate subnet with prefix length %d, maximum allowed prefix is %d."
                  .formatted(length, pool.lengths().max()))
          .ofType("MaxPrefixSubnetAllocationError");
    }
  }

  private static void checkQuota(SubnetPool pool, List<Taken> taken, String project, IpPrefix cut) {
    BigInteger used =
        taken.stream()
            .filter(one -> one.projectId().equals(project))
            .map(one -> units(one.prefix()))
            .reduce(units(cut), BigInteger::add);
    pool.quotaPerProject()
        .filter(quota -> used.compareTo(BigInteger.valueOf(quota)) > 0)
        .ifPresent(
            quota -> {
              throw ApiFault.conflict("Per-tenant subnet pool prefix quota exceeded.")
                  .ofType("SubnetPoolQuotaExceeded");
            });
  }

  private static BigInteger units(IpPrefix prefix) {
    int unit = prefix.version() == 4 ? IpAddress.width(4) : IPV6_UNIT;
    return BigInteger.ONE.shiftLeft(Math.max(0, unit - prefix.length()));
  }

  private static ApiFault allocation(String why) {
    return ApiFault.conflict("Failed to allocate subnet: " + why + ".")
        .ofType("SubnetAllocationError");
  }

  private static ApiFault bounds(String why) {
    return ApiFault.badRequest("Illegal prefix bounds: " + why + ".")
        .ofType("IllegalSubnetPoolPrefixBounds");
  }
}
