package io.virga.netagent.dns;

import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Names that stand for addresses (RFC 1035 §3.5, RFC 3596 §2.5). */
final class ReverseName {

  private static final String IPV4 = ".in-addr.arpa.";
  private static final String IPV6 = ".ip6.arpa.";
  private static final int NIBBLES = 32;

  private ReverseName() {}

  /** The address for which a name stands, if it is for one alone. */
  static Optional<IpAddress> address(String absoluteName) {
    if (absoluteName.endsWith(IPV4)) {
      return Ipv4Address.parse(String.join(".", reversed(absoluteName, IPV4)))
          .map(IpAddress.class::cast);
    }
    if (!absoluteName.endsWith(IPV6)) {
      return Optional.empty();
    }
    List<String> nibbles = reversed(absoluteName, IPV6);
    if (nibbles.size() != NIBBLES || nibbles.stream().anyMatch(nibble -> nibble.length() != 1)) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < NIBBLES; index++) {
      text.append(index > 0 && index % 4 == 0 ? ":" : "").append(nibbles.get(index));
    }
    return Ipv6Address.parse(text.toString()).map(IpAddress.class::cast);
  }

  private static List<String> reversed(String name, String suffix) {
    String front = name.substring(0, name.length() - suffix.length());
    List<String> labels = new ArrayList<>(Arrays.asList(front.split("\\.", -1)));
    Collections.reverse(labels);
    return labels;
  }
}
