package io.virga.control.network.model;

import io.virga.control.network.address.IpPrefix;
import java.util.List;

/**
 * Blocks of addresses that security group rules speak of.
 *
 * @param addresses each once, ascending
 */
public record AddressGroup(
    Standard standard, String name, List<IpPrefix> addresses, boolean shared) {

  public AddressGroup {
    addresses = addresses.stream().distinct().sorted().toList();
  }

  /** The same group of these addresses. */
  public AddressGroup withAddresses(List<IpPrefix> newAddresses) {
    return new AddressGroup(standard, name, newAddresses, shared);
  }
}
