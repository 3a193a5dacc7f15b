package io.virga.control.network.model;

import io.virga.control.network.address.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Blocks of addresses that subnets are cut from.
 *
 * @param prefixes the fewest that hold its addresses, ascending
 * @param lengths of the prefixes that are cut from it
 * @param quotaPerProject how many addresses (IPv4) or /64 blocks (IPv6) a project may take
 */
public record SubnetPool(
    Standard standard,
    String name,
    int ipVersion,
    List<IpPrefix> prefixes,
    Lengths lengths,
    Optional<Long> quotaPerProject,
    Optional<UUID> addressScopeId,
    boolean isDefault,
    boolean shared) {

  public SubnetPool {
    prefixes = List.copyOf(prefixes);
  }

  /** Prefix lengths. */
  public record Lengths(int byDefault, int min, int max) {}

  /** The same pool of these addresses. */
  public SubnetPool withPrefixes(List<IpPrefix> newPrefixes) {
    return new SubnetPool(
        standard,
        name,
        ipVersion,
        newPrefixes,
        lengths,
        quotaPerProject,
        addressScopeId,
        isDefault,
        shared);
  }
}
