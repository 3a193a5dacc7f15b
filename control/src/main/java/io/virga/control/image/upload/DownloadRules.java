package io.virga.control.image.upload;

import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From where images may be downloaded on a tenant's word: from addresses of the public internet, so
 * that nobody reaches by way of this process what he does not reach himself, and from those that
 * the operator names.
 *
 * @param trusted networks of which any address and port will do
 */
public record DownloadRules(List<IpPrefix> trusted) {

  private static final Set<Integer> PORTS = Set.of(80, 443);
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /** IANA's special-purpose registries of IPv4 and IPv6: what is not globally reachable. */
  private static final List<IpPrefix> SPECIAL =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "::/3",
              "4000::/2",
              "8000::/1",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20")
          .map(text -> IpPrefix.parse(text).orElseThrow())
          .toList();

  public DownloadRules {
    trusted = List.copyOf(trusted);
  }

  /** Why the address is no web address that could be fetched; empty if it is one. */
  static Optional<String> refusal(URI uri) {
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      return Optional.of("is neither http nor https");
    }
    if (uri.getHost() == null) {
      return Optional.of("names no host");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("has a user in it");
    }
    return Optional.empty();
  }

  /** Whether a connection may go there. */
  boolean allows(InetSocketAddress peer) {
    InetAddress address = peer.getAddress();
    if (address == null) {
      return false;
    }
    Optional<IpAddress> parsed = IpAddress.parse(address.getHostAddress().replaceFirst("%.*", ""));
    return parsed
        .filter(ip -> isIn(trusted, ip) || PORTS.contains(peer.getPort()) && !isIn(SPECIAL, ip))
        .isPresent();
  }

  private static boolean isIn(List<IpPrefix> networks, IpAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
