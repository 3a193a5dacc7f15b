package io.virga.control.network.model;

import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How machines on an IPv6 subnet come to their addresses.
 *
 * @param ra what the router advertises; empty: it does not, or another than ours does
 * @param address from whom the address is; empty: the machine is told by other means
 */
public record Ipv6Modes(Optional<Ipv6Mode> ra, Optional<Ipv6Mode> address) {

  /** An IPv4 subnet's, and that of an IPv6 subnet which does not say. */
  public static final Ipv6Modes NONE = new Ipv6Modes(Optional.empty(), Optional.empty());

  /** The modes in the words of the API. */
  public static final List<String> WORDS =
      Arrays.stream(Ipv6Mode.values()).map(Ipv6Modes::word).toList();

  /** Whether machines make their addresses of their MACs: every port has such an address. */
  public boolean automatic() {
    return isAutomatic(ra) || isAutomatic(address);
  }

  private static boolean isAutomatic(Optional<Ipv6Mode> mode) {
    return mode.filter(known -> known != Ipv6Mode.DHCPV6_STATEFUL).isPresent();
  }

  /** In the words of the API. */
  public static String word(Ipv6Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Of what {@link #word} has made. */
  public static Ipv6Mode ofWord(String word) {
    return Ipv6Mode.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
