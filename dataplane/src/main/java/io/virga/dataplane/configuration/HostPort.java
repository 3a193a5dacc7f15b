package io.virga.dataplane.configuration;

import java.net.InetSocketAddress;

/**
 * A listener's or a peer's address.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 to 65535; 0 lets the system choose when listening
 */
public record HostPort(String host, int port) {

  public HostPort {
    if (host.isEmpty() || host.length() > 255 || host.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException("expected a host name or address");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("expected a port from 0 to 65535");
    }
  }

  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("expected host:port, for example 127.0.0.1:8710");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("expected an IPv6 address in brackets, [::1]:8710");
    }
    return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
  }

  /** Resolves the host; blocks where it is a name. */
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
