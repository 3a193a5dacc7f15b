package io.virga.control.network.address;

import java.util.Map;
import java.util.Optional;

/** IP protocols, by the names that Neutron takes (IANA's, in lower case) and by their numbers. */
public final class Protocols {

  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMP_V6 = 58;

  private static final int MAX = 255;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("ah", 51),
          Map.entry("dccp", 33),
          Map.entry("egp", 8),
          Map.entry("esp", 50),
          Map.entry("gre", 47),
          Map.entry("icmp", ICMP),
          Map.entry("icmpv6", ICMP_V6),
          Map.entry("igmp", 2),
          Map.entry("ipip", 4),
          Map.entry("ipv6-encap", 41),
          Map.entry("ipv6-frag", 44),
          Map.entry("ipv6-icmp", ICMP_V6),
          Map.entry("ipv6-nonxt", 59),
          Map.entry("ipv6-opts", 60),
          Map.entry("ipv6-route", 43),
          Map.entry("ospf", 89),
          Map.entry("pgm", 113),
          Map.entry("rsvp", 46),
          Map.entry("sctp", 132),
          Map.entry("tcp", TCP),
          Map.entry("udp", UDP),
          Map.entry("udplite", 136),
          Map.entry("vrrp", 112));

  private Protocols() {}

  /** The number of a name or of digits; empty if it is neither. */
  public static Optional<Integer> parse(String text) {
    Integer number = NUMBERS.get(text);
    if (number != null) {
      return Optional.of(number);
    }
    return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= MAX
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  /** Whether the name is that of a protocol which IPv6 alone has. */
  public static boolean isOfIpv6(String text) {
    return text.startsWith("ipv6-") || text.equals("icmpv6");
  }

  /** The number by which packets of a family go; ICMP is another protocol in IPv6. */
  public static int number(String text, boolean ipv6) {
    int number = number(text);
    return ipv6 && number == ICMP ? ICMP_V6 : number;
  }

  /** The number of what {@link #parse} has accepted before. */
  public static int number(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no IP protocol: " + text));
  }
}
