package io.virga.control.operator.home;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the operator has chosen, kept in {@code config/supervisor.json}.
 *
 * @param host the name of this host: a DNS label
 * @param listen the address of the public listeners
 * @param advertise the address that clients are told
 * @param database the operator's own PostgreSQL as an R2DBC URL without a password; the one that
 *     comes along if empty
 * @param objectNodes how many object store nodes; one where nothing is said, as homes of before
 * @param hosts how many hosts; one where nothing is said
 * @param without the parts that this host does not run: {@code network}, {@code compute}, or does
 *     not have of the network {@code public}: {@code external}, {@code nat}
 */
public record CloudConfiguration(
    int version,
    String host,
    int basePort,
    String listen,
    String advertise,
    Optional<String> database,
    Optional<Integer> objectNodes,
    Optional<Integer> hosts,
    List<String> without) {

  public static final int VERSION = 1;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Set<String> PARTS = Set.of("network", "compute", "external", "nat");
  private static final Pattern DATABASE =
      Pattern.compile("r2dbc:postgresql://[^/@:]+@[^/@]+/[^/?]+([?].*)?");

  public CloudConfiguration {
    without = List.copyOf(without);
    objectNodes = Optional.of(objectNodes.orElse(1));
    hosts = Optional.of(hosts.orElse(1));
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "this home was written by another version (%d) of virga".formatted(version));
    }
    if (!LABEL.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "host '%s': expected lower-case letters, digits and dashes, at most 63".formatted(host));
    }
    Ports.check(basePort);
    ObjectNode.check(objectNodes.get());
    checkHosts(host, hosts.get(), without);
    checkAddress(listen, objectNodes.get());
    for (String part : without) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException(
            "without '%s': expected network, compute, external or nat".formatted(part));
      }
    }
    if (database.isPresent() && !DATABASE.matcher(database.get()).matches()) {
      throw new IllegalArgumentException(
          "database '%s': expected r2dbc:postgresql://user@host:port/database"
              .formatted(database.get()));
    }
  }

  private static void checkHosts(String host, int hosts, List<String> without) {
    CloudHost.check(hosts);
    if (hosts > 1 && without.contains("network")) {
      throw new IllegalArgumentException("hosts %d: expected 1 without network".formatted(hosts));
    }
    String last = new CloudHost(hosts).named(host);
    if (!LABEL.matcher(last).matches()) {
      throw new IllegalArgumentException(
          "host '%s': expected at most 63 letters, digits and dashes".formatted(last));
    }
  }

  private static void checkAddress(String listen, int objectNodes) {
    try {
      InetAddress address = InetAddress.ofLiteral(listen);
      boolean taken =
          ObjectNode.first(objectNodes).stream()
              .skip(1)
              .anyMatch(node -> address.equals(InetAddress.ofLiteral(node.address())));
      if (taken || objectNodes > 1 && address.isAnyLocalAddress()) {
        throw new IllegalStateException(
            "listen '%s' with %d object nodes: expected one address, and none of 127.0.0.2 to 127.0.0.%d"
                .formatted(listen, objectNodes, objectNodes));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "listen '%s': expected an IP address of this host".formatted(listen), e);
    }
  }

  /** The object store's nodes. */
  public List<ObjectNode> nodes() {
    return ObjectNode.first(objectNodes.orElse(1));
  }

  /** The nodes besides the first, which every home has. */
  public List<ObjectNode> moreNodes() {
    return nodes().stream().skip(1).toList();
  }

  /** All hosts. */
  public List<CloudHost> allHosts() {
    return CloudHost.first(hosts.orElse(1));
  }

  /** The hosts besides this machine. */
  public List<CloudHost> moreHosts() {
    return allHosts().stream().skip(1).toList();
  }

  /** Whether there are several hosts, which an underlay joins. */
  public boolean hasUnderlay() {
    return hosts.orElse(1) > 1;
  }

  /** What the host is called among the others. */
  public String name(CloudHost one) {
    return one.named(host);
  }

  public Underlay underlay() {
    return new Underlay(basePort);
  }

  public Ports ports() {
    return new Ports(basePort);
  }

  /** Two homes in one network namespace need bridges of different names. */
  public String integrationBridge() {
    return basePort == Ports.DEFAULT_BASE ? "br-int" : "br-int" + basePort;
  }

  /** As {@link #integrationBridge()}, for the bridge of the external network {@code public}. */
  public String externalBridge() {
    return basePort == Ports.DEFAULT_BASE ? "br-ex" : "br-ex" + basePort;
  }

  /** As {@link #integrationBridge()}, for the bridge that has a host's address for tunnels. */
  public String tunnelBridge() {
    return basePort == Ports.DEFAULT_BASE ? "br-vtep" : "br-vtep" + basePort;
  }

  /** As {@link #integrationBridge()}, for the port by which guests reach their metadata. */
  public String metadataInterface() {
    return basePort == Ports.DEFAULT_BASE ? "virga-meta" : "virga-meta" + basePort;
  }

  /** The address of a listener on this host's loopback. */
  public static String loopback(int port) {
    return "127.0.0.1:" + port;
  }

  /** The address of a public listener. */
  public String listener(int port) {
    return bracketed(listen) + ":" + port;
  }

  /** What clients are told of a public listener: {@code http://address:port}. */
  public String publicUrl(int port) {
    return "http://" + bracketed(advertise) + ":" + port;
  }

  /** The same of a listener with TLS. */
  public String publicTlsUrl(int port) {
    return "https://" + bracketed(advertise) + ":" + port;
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }
}
