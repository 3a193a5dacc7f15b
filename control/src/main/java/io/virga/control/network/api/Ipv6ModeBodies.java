package io.virga.control.network.api;

import io.virga.control.http.JsonBody;
import io.virga.control.network.address.Eui64;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.Ipv6Modes;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import java.util.Optional;

/** Reads how addresses of an IPv6 subnet are come by, and refuses what does not go together. */
final class Ipv6ModeBodies {

  private static final String RA = "ipv6_ra_mode";
  private static final String ADDRESS = "ipv6_address_mode";

  private Ipv6ModeBodies() {}

  static Ipv6Modes read(JsonBody body, IpPrefix cidr) {
    Ipv6Modes modes = new Ipv6Modes(mode(body, RA), mode(body, ADDRESS));
    if (modes.equals(Ipv6Modes.NONE)) {
      return modes;
    }
    if (cidr.version() == 4) {
      throw Fields.invalid("%s or %s is not valid when ip_version is 4".formatted(RA, ADDRESS));
    }
    if (!body.flag("enable_dhcp", true)) {
      throw Fields.invalid(
          "%s or %s cannot be set when enable_dhcp is set to False".formatted(RA, ADDRESS));
    }
    if (modes.ra().isPresent()
        && modes.address().isPresent()
        && !modes.ra().equals(modes.address())) {
      throw Fields.invalid(
          """
          ipv6_ra_mode set to '%s' with ipv6_address_mode set to '%s' is not valid. If both \
          attributes are set, they must be the same value"""
              .formatted(Ipv6Modes.word(modes.ra().get()), Ipv6Modes.word(modes.address().get())));
    }
    if (modes.automatic() && cidr.length() != Eui64.PREFIX_LENGTH) {
      throw Fields.invalid(
          """
          Invalid CIDR %s for IPv6 address mode. OpenStack uses the EUI-64 address format, which \
          requires the prefix to be /64"""
              .formatted(cidr));
    }
    return modes;
  }

  private static Optional<Ipv6Mode> mode(JsonBody body, String name) {
    return body.optionalChoice(name, Ipv6Modes.WORDS).map(Ipv6Modes::ofWord);
  }

  /** A subnet keeps its modes, and with them what they need. */
  static void checkKept(JsonBody body, Ipv6Modes modes) {
    if (body.has(RA) || body.has(ADDRESS)) {
      throw Fields.invalid(
          "Cannot update read-only attribute: %s and %s stay as made.".formatted(RA, ADDRESS));
    }
    if (!modes.equals(Ipv6Modes.NONE) && !body.flag("enable_dhcp", true)) {
      throw Fields.invalid("Cannot disable enable_dhcp with ipv6 attributes set");
    }
  }
}
