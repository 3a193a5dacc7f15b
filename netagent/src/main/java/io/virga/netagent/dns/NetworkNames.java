package io.virga.netagent.dns;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortNames;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Under which names the addresses of a network's ports are found, as Neutron's DNS integration has
 * it: a port's own name, or {@code host-10-0-0-5} after the address, each alone and in the
 * network's domain. Names are in lower case and end in a dot.
 *
 * @param domain the network's
 * @param addresses by name
 * @param names by address, each in the domain
 * @param subnets the network's: nobody else knows names of addresses in these
 */
public record NetworkNames(
    String domain,
    Map<String, List<IpAddress>> addresses,
    Map<IpAddress, String> names,
    List<IpPrefix> subnets) {

  public NetworkNames {
    addresses = Map.copyOf(addresses);
    names = Map.copyOf(names);
    subnets = List.copyOf(subnets);
  }

  /**
   * The names of a network.
   *
   * @param ports those that are on it are looked at
   * @param defaultDomain of a network that has none of its own
   */
  public static NetworkNames of(
      NetworkSpec network, Collection<PortSpec> ports, String defaultDomain) {
    String domain = absolute(domainOf(network, defaultDomain));
    Map<String, List<IpAddress>> addresses = new HashMap<>();
    Map<IpAddress, String> names = new HashMap<>();
    for (PortSpec port : ports) {
      if (port.networkId().equals(network.id())) {
        for (PortSpec.FixedAddress fixed : port.addresses()) {
          IpAddress.parse(fixed.ip())
              .ifPresent(
                  address ->
                      add(
                          PortNames.host(port.hostname(), fixed.ip()),
                          address,
                          domain,
                          addresses,
                          names));
        }
      }
    }
    addresses.replaceAll((_, found) -> List.copyOf(found));
    return new NetworkNames(
        domain,
        addresses,
        names,
        network.subnets().stream()
            .flatMap(subnet -> IpPrefix.parse(subnet.cidr()).stream())
            .toList());
  }

  /** The network's own domain, or else the default. */
  public static String domainOf(NetworkSpec network, String defaultDomain) {
    return network.dnsDomain().orElse(defaultDomain);
  }

  private static void add(
      String host,
      IpAddress address,
      String domain,
      Map<String, List<IpAddress>> addresses,
      Map<IpAddress, String> names) {
    String name = absolute(PortNames.absolute(host, domain));
    String alone = absolute(host);
    addresses.computeIfAbsent(name, _ -> new ArrayList<>()).add(address);
    if (!alone.equals(name)) {
      addresses.computeIfAbsent(alone, _ -> new ArrayList<>()).add(address);
    }
    names.putIfAbsent(address, name);
  }

  /** A name as it is kept here. */
  static String absolute(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower : lower + ".";
  }

  /** The addresses that a name has, if it is a port's. */
  Optional<List<IpAddress>> addressesOf(String name) {
    return Optional.ofNullable(addresses.get(absolute(name)));
  }

  /** The name that an address has, if it is a port's. */
  Optional<String> nameOf(IpAddress address) {
    return Optional.ofNullable(names.get(address));
  }

  /** Whether the address is one of the network's, whoever has it. */
  boolean covers(IpAddress address) {
    return subnets.stream().anyMatch(subnet -> subnet.contains(address));
  }
}
