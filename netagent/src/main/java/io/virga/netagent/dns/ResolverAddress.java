package io.virga.netagent.dns;

import io.virga.netagent.packet.IpAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a resolver is, as it is written in settings. */
public final class ResolverAddress {

  /** The transport port of DNS. */
  public static final int DNS_PORT = 53;

  private static final Pattern WITH_PORT = Pattern.compile("(\\[[^]]*]|[^:\\[]*):([0-9]{1,5})");
  private static final int MOST_PORT = 65535;

  private ResolverAddress() {}

  /**
   * From an address, with or without a port behind a colon; one of IPv6 is in brackets then. Empty
   * if the text is anything else.
   */
  public static Optional<InetSocketAddress> parse(String text) {
    Matcher parts = WITH_PORT.matcher(text);
    boolean withPort = parts.matches();
    String address = withPort ? parts.group(1) : text;
    int port = withPort ? Integer.parseInt(parts.group(2)) : DNS_PORT;
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    return port < 1 || port > MOST_PORT
        ? Optional.empty()
        : IpAddress.parse(bracketed ? address.substring(1, address.length() - 1) : address)
            .map(ip -> new InetSocketAddress(ip.toString(), port));
  }
}
