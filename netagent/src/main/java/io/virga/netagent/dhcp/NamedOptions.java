package io.virga.netagent.dhcp;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Options by the names that dnsmasq has for them, as Neutron's API takes them, or by their numbers
 * (RFC 2132 and those that followed).
 */
public final class NamedOptions {

  /** The longest value that fits into one option. */
  private static final int MAX_BYTES = 255;

  /** What the exchange itself is made of; no port sets these. */
  private static final Set<Integer> RESERVED =
      Set.of(
          DhcpOption.PAD,
          DhcpOption.REQUESTED_ADDRESS,
          52,
          DhcpOption.MESSAGE_TYPE,
          DhcpOption.SERVER_ID,
          55,
          57,
          61,
          82,
          DhcpOption.END);

  /** How a value is written. */
  private enum Form {
    TEXT,
    ADDRESSES,
    BYTE,
    SHORT,
    INT
  }

  private record Known(int code, Form form) {}

  private static final Map<String, Known> KNOWN =
      Map.ofEntries(
          Map.entry("netmask", new Known(DhcpOption.SUBNET_MASK, Form.ADDRESSES)),
          Map.entry("time-offset", new Known(2, Form.INT)),
          Map.entry("router", new Known(DhcpOption.ROUTER, Form.ADDRESSES)),
          Map.entry("dns-server", new Known(DhcpOption.DNS, Form.ADDRESSES)),
          Map.entry("log-server", new Known(7, Form.ADDRESSES)),
          Map.entry("lpr-server", new Known(9, Form.ADDRESSES)),
          Map.entry("hostname", new Known(DhcpOption.HOSTNAME, Form.TEXT)),
          Map.entry("boot-file-size", new Known(13, Form.SHORT)),
          Map.entry("domain-name", new Known(DhcpOption.DOMAIN_NAME, Form.TEXT)),
          Map.entry("swap-server", new Known(16, Form.ADDRESSES)),
          Map.entry("root-path", new Known(17, Form.TEXT)),
          Map.entry("extension-path", new Known(18, Form.TEXT)),
          Map.entry("ip-forward-enable", new Known(19, Form.BYTE)),
          Map.entry("default-ttl", new Known(23, Form.BYTE)),
          Map.entry("mtu", new Known(DhcpOption.MTU, Form.SHORT)),
          Map.entry("broadcast", new Known(28, Form.ADDRESSES)),
          Map.entry("router-discovery", new Known(31, Form.BYTE)),
          Map.entry("arp-timeout", new Known(35, Form.INT)),
          Map.entry("tcp-ttl", new Known(37, Form.BYTE)),
          Map.entry("nis-domain", new Known(40, Form.TEXT)),
          Map.entry("nis-server", new Known(41, Form.ADDRESSES)),
          Map.entry("ntp-server", new Known(42, Form.ADDRESSES)),
          Map.entry("netbios-ns", new Known(44, Form.ADDRESSES)),
          Map.entry("netbios-nodetype", new Known(46, Form.BYTE)),
          Map.entry("netbios-scope", new Known(47, Form.TEXT)),
          Map.entry("lease-time", new Known(DhcpOption.LEASE_SECONDS, Form.INT)),
          Map.entry("T1", new Known(DhcpOption.RENEWAL_SECONDS, Form.INT)),
          Map.entry("T2", new Known(DhcpOption.REBINDING_SECONDS, Form.INT)),
          Map.entry("vendor-class", new Known(60, Form.TEXT)),
          Map.entry("tftp-server", new Known(66, Form.TEXT)),
          Map.entry("tftp-server-name", new Known(66, Form.TEXT)),
          Map.entry("bootfile-name", new Known(67, Form.TEXT)),
          Map.entry("smtp-server", new Known(69, Form.ADDRESSES)),
          Map.entry("pop3-server", new Known(70, Form.ADDRESSES)),
          Map.entry("www-server", new Known(72, Form.ADDRESSES)),
          Map.entry("posix-timezone", new Known(100, Form.TEXT)),
          Map.entry("tzdb-timezone", new Known(101, Form.TEXT)),
          Map.entry("tftp-server-address", new Known(150, Form.ADDRESSES)));

  private NamedOptions() {}

  /** One option as it is on the wire. */
  public record Encoded(int code, Octets value) {}

  /** Empty if there is no such option, it is none that a port may set, or its value is none. */
  public static Optional<Encoded> encode(String name, String value) {
    return known(name, value)
        .filter(option -> !RESERVED.contains(option.code()))
        .flatMap(
            option ->
                bytes(option.form(), value)
                    .filter(bytes -> bytes.length > 0 && bytes.length <= MAX_BYTES)
                    .map(bytes -> new Encoded(option.code(), Octets.copyOf(bytes))));
  }

  /** A number has the form of its name, or else that which its value looks like. */
  private static Optional<Known> known(String name, String value) {
    if (!name.matches("[0-9]{1,3}")) {
      return Optional.ofNullable(KNOWN.get(name));
    }
    int code = Integer.parseInt(name);
    if (code > DhcpOption.END) {
      return Optional.empty();
    }
    return KNOWN.values().stream()
        .filter(option -> option.code() == code)
        .findFirst()
        .or(
            () ->
                Optional.of(
                    new Known(code, addresses(value).isPresent() ? Form.ADDRESSES : Form.TEXT)));
  }

  private static Optional<byte[]> bytes(Form form, String value) {
    return switch (form) {
      case TEXT -> Optional.of(value.getBytes(StandardCharsets.UTF_8));
      case ADDRESSES -> addresses(value);
      case BYTE -> number(value, 1);
      case SHORT -> number(value, 2);
      case INT -> number(value, 4);
    };
  }

  private static Optional<byte[]> number(String value, int widthBytes) {
    return Optional.of(value)
        .filter(text -> text.matches("[0-9]{1,10}"))
        .map(Long::parseLong)
        .filter(number -> number < 1L << 8 * widthBytes)
        .map(
            number -> {
              byte[] bytes = new byte[widthBytes];
              for (int i = 0; i < widthBytes; i++) {
                bytes[i] = (byte) (number >> 8 * (widthBytes - 1 - i));
              }
              return bytes;
            });
  }

  /** Separated by commas. */
  private static Optional<byte[]> addresses(String value) {
    List<Ipv4Address> addresses = new ArrayList<>();
    List<String> texts = Arrays.asList(value.split(",", -1));
    texts.forEach(text -> Ipv4Address.parse(text.strip()).ifPresent(addresses::add));
    if (addresses.size() != texts.size()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[4 * addresses.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (addresses.get(i / 4).bits() >> 8 * (3 - i % 4));
    }
    return Optional.of(bytes);
  }
}
