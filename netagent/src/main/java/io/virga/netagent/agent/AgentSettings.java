package io.virga.netagent.agent;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.desired.PortNames;
import io.virga.netagent.dns.ResolverAddress;
import io.virga.netagent.packet.Ipv4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the agent is told of its host.
 *
 * @param ovsdbSocket the database server's unix socket
 * @param runDirectory where the forwarding daemon puts {@code <bridge>.mgmt}
 * @param datapathType {@code netdev} or {@code system}
 * @param resync how often flows are read back and put right
 */
public record AgentSettings(
    Path ovsdbSocket,
    Path runDirectory,
    String bridge,
    String datapathType,
    Underlay underlay,
    Metadata metadata,
    Dns dns,
    Duration leaseTime,
    Duration resync) {

  private static final Path KERNEL_MODULE = Path.of("/sys/module/openvswitch");

  /** How the datapath is chosen. */
  public enum DatapathType {
    AUTO,
    NETDEV,
    SYSTEM
  }

  /**
   * The door to the metadata server.
   *
   * @param interfaceName an internal port of the bridge
   * @param address the interface's address; with it comes a route to 100.64.0.0/16
   */
  public record Metadata(String interfaceName, Ipv4Address address, int port) {}

  /**
   * The names of guests.
   *
   * @param domain of networks that have none of their own; ends in a dot
   * @param resolvers who is asked for all other names, in this order; nobody if there is none
   * @param port on which questions by TCP are taken behind the door to the metadata server
   */
  public record Dns(String domain, List<InetSocketAddress> resolvers, int port) {

    public Dns {
      resolvers = List.copyOf(resolvers);
    }
  }

  /** Reads the keys {@code virga.netagent.*}. */
  public static AgentSettings read(Settings settings) {
    Path socket =
        settings
            .path("virga.netagent.ovsdb-socket", Path.of("/run/openvswitch/db.sock"))
            .toAbsolutePath();
    String bridge = settings.text("virga.netagent.integration-bridge", "br-int");
    return new AgentSettings(
        socket,
        settings.path("virga.netagent.ovs-run-directory", socket.resolveSibling("")),
        bridge,
        datapath(settings.choice("virga.netagent.datapath-type", DatapathType.AUTO)),
        new Underlay(
            settings
                .optionalText("virga.netagent.tunnel-address")
                .map(text -> address("virga.netagent.tunnel-address", text)),
            mappings(settings, bridge)),
        new Metadata(
            settings.text("virga.netagent.metadata-interface", "virga-meta"),
            address(
                "virga.netagent.metadata-address",
                settings.text("virga.netagent.metadata-address", "100.64.255.254")),
            settings.integer("virga.netagent.metadata-port", 1, 65535, 80)),
        dns(settings),
        settings.duration("virga.netagent.lease-time", Duration.ofHours(24)),
        settings.duration("virga.netagent.resync", Duration.ofSeconds(30)));
  }

  private static Dns dns(Settings settings) {
    String key = "virga.netagent.dns-resolvers";
    return new Dns(
        domain("virga.netagent.dns-domain", settings),
        settings.optionalText(key).stream()
            .flatMap(text -> Arrays.stream(text.split(",")))
            .map(text -> resolver(key, text.strip()))
            .toList(),
        settings.integer("virga.netagent.dns-port", 1, 65535, ResolverAddress.DNS_PORT));
  }

  private static String domain(String key, Settings settings) {
    String domain = settings.text(key, PortNames.DEFAULT_DOMAIN);
    if (!PortNames.isName(domain)) {
      throw new ConfigurationException(
          ("%s = '%s': expected a domain such as openstacklocal or cloud.example.org, whose labels"
                  + " have at most 63 letters, digits and hyphens")
              .formatted(key, domain));
    }
    return domain.endsWith(".") ? domain : domain + ".";
  }

  private static InetSocketAddress resolver(String key, String text) {
    return ResolverAddress.parse(text)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    ("%s = '%s': expected addresses with commas between them, such as 9.9.9.9,"
                            + " 192.0.2.1:5353 or [2001:db8::1]:53")
                        .formatted(key, text)));
  }

  private static Ipv4Address address(String key, String text) {
    return Ipv4Address.parse(text)
        .orElseThrow(
            () -> new ConfigurationException(key + " = '" + text + "': expected an IPv4 address"));
  }

  private static BridgeMappings mappings(Settings settings, String integrationBridge) {
    Optional<String> text = settings.optionalText("virga.netagent.bridge-mappings");
    try {
      return text.map(mappings -> BridgeMappings.parse(mappings, integrationBridge))
          .orElse(BridgeMappings.NONE);
    } catch (IllegalArgumentException refused) {
      throw new ConfigurationException(
          "virga.netagent.bridge-mappings = '%s': %s"
              .formatted(text.orElse(""), refused.getMessage()),
          refused);
    }
  }

  private static String datapath(DatapathType type) {
    return switch (type) {
      case NETDEV -> "netdev";
      case SYSTEM -> "system";
      case AUTO -> Files.exists(KERNEL_MODULE) ? "system" : "netdev";
    };
  }
}
