package io.virga.netagent.trace;

import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The packet that is asked about.
 *
 * @param port the transport port that it is for; 0 with ICMP, which is an echo request
 */
record Probe(Protocol protocol, IpAddress to, int port) {

  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST_IPV6 = 128;
  private static final int MAX_PORT = 65_535;

  /** What it is a packet of. */
  enum Protocol {
    ICMP(1),
    TCP(6),
    UDP(17);

    private final int number;

    Protocol(int number) {
      this.number = number;
    }

    static Protocol parse(String text) {
      return switch (text) {
        case "icmp" -> ICMP;
        case "tcp" -> TCP;
        case "udp" -> UDP;
        default ->
            throw new IllegalArgumentException(
                "protocol = '%s': expected tcp, udp or icmp".formatted(text));
      };
    }
  }

  /** An address, alone or with a port behind it; one of IPv6 is in brackets then. */
  private static final Pattern TARGET =
      Pattern.compile("\\[([0-9a-fA-F:]+)\\]:([0-9]+)|([0-9.]+):([0-9]+)|([^\\[\\]]+)");

  /** Of the parameters {@code protocol} and {@code to}. */
  static Probe parse(Map<String, String> parameters) {
    Protocol protocol = Protocol.parse(parameters.getOrDefault("protocol", ""));
    String text = parameters.getOrDefault("to", "");
    boolean withPort = protocol != Protocol.ICMP;
    Matcher parts = TARGET.matcher(text);
    boolean understood = parts.matches();
    Optional<IpAddress> address =
        understood ? group(parts, 1, 3, 5).flatMap(IpAddress::parse) : Optional.empty();
    Optional<String> given = understood ? group(parts, 2, 4) : Optional.empty();
    Optional<Integer> port = given.flatMap(Probe::port);
    if (address.isEmpty() || withPort != port.isPresent() || withPort != given.isPresent()) {
      throw new IllegalArgumentException(
          "to = '%s': expected an address%s"
              .formatted(
                  text,
                  withPort
                      ? " and a port from 1 to 65535 behind a colon, such as 10.0.0.5:80 or"
                          + " [2001:db8::5]:80"
                      : ", such as 10.0.0.5 or 2001:db8::5"));
    }
    return new Probe(protocol, address.get(), port.orElse(0));
  }

  private static Optional<String> group(Matcher parts, int... groups) {
    return IntStream.of(groups)
        .mapToObj(group -> Optional.ofNullable(parts.group(group)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Integer> port(String text) {
    if (!text.matches("[1-9][0-9]{0,4}")) {
      return Optional.empty();
    }
    return Optional.of(Integer.parseInt(text)).filter(port -> port <= MAX_PORT);
  }

  boolean isIpv6() {
    return to instanceof Ipv6Address;
  }

  /** As it is in the question. */
  String target() {
    String address = isIpv6() && protocol != Protocol.ICMP ? "[" + to + "]" : to.toString();
    return protocol == Protocol.ICMP ? address : address + ":" + port;
  }

  /** The frame with what of the packet is behind its sender's address. */
  TracedPacket packet(TracedPacket frame, int sourcePort) {
    TracedPacket packet =
        frame
            .with(isIpv6() ? OxmField.IPV6_DST : OxmField.IPV4_DST, to.octets())
            .with(OxmField.IP_PROTO, protocol.number);
    return switch (protocol) {
      case ICMP ->
          isIpv6()
              ? packet
                  .with(OxmField.IP_PROTO, Frames.ICMPV6)
                  .with(OxmField.ICMPV6_TYPE, ECHO_REQUEST_IPV6)
              : packet.with(OxmField.ICMPV4_TYPE, ECHO_REQUEST);
      case TCP -> packet.with(OxmField.TCP_SRC, sourcePort).with(OxmField.TCP_DST, port);
      case UDP -> packet.with(OxmField.UDP_SRC, sourcePort).with(OxmField.UDP_DST, port);
    };
  }
}
