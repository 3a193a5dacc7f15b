package io.virga.netagent.trace;

import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import java.util.Map;
import java.util.Optional;

/**
 * The packet that is asked about.
 *
 * @param port the transport port that it is for; 0 with ICMP, which is an echo request
 */
record Probe(Protocol protocol, Ipv4Address to, int port) {

  private static final int ECHO_REQUEST = 8;
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

  /** Of the parameters {@code protocol} and {@code to}. */
  static Probe parse(Map<String, String> parameters) {
    Protocol protocol = Protocol.parse(parameters.getOrDefault("protocol", ""));
    String text = parameters.getOrDefault("to", "");
    int colon = text.indexOf(':');
    boolean withPort = protocol != Protocol.ICMP;
    Optional<Ipv4Address> address = Ipv4Address.parse(colon < 0 ? text : text.substring(0, colon));
    Optional<Integer> port =
        withPort ? port(colon < 0 ? "" : text.substring(colon + 1)) : Optional.of(0);
    if (address.isEmpty() || port.isEmpty() || !withPort && colon >= 0) {
      throw new IllegalArgumentException(
          "to = '%s': expected an IPv4 address%s"
              .formatted(
                  text,
                  withPort
                      ? " and a port from 1 to 65535 behind a colon, such as 10.0.0.5:80"
                      : ", such as 10.0.0.5"));
    }
    return new Probe(protocol, address.get(), port.get());
  }

  private static Optional<Integer> port(String text) {
    if (!text.matches("[1-9][0-9]{0,4}")) {
      return Optional.empty();
    }
    return Optional.of(Integer.parseInt(text)).filter(port -> port <= MAX_PORT);
  }

  /** As it is in the question. */
  String target() {
    return protocol == Protocol.ICMP ? to.toString() : to + ":" + port;
  }

  /** The frame with what of the packet is behind its sender's address. */
  TracedPacket packet(TracedPacket frame, int sourcePort) {
    TracedPacket packet =
        frame.with(OxmField.IPV4_DST, to.unsigned()).with(OxmField.IP_PROTO, protocol.number);
    return switch (protocol) {
      case ICMP -> packet.with(OxmField.ICMPV4_TYPE, ECHO_REQUEST);
      case TCP -> packet.with(OxmField.TCP_SRC, sourcePort).with(OxmField.TCP_DST, port);
      case UDP -> packet.with(OxmField.UDP_SRC, sourcePort).with(OxmField.UDP_DST, port);
    };
  }
}
