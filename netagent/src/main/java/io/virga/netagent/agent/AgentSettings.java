package io.virga.netagent.agent;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import io.virga.netagent.packet.Ipv4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        settings.duration("virga.netagent.lease-time", Duration.ofHours(24)),
        settings.duration("virga.netagent.resync", Duration.ofSeconds(30)));
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
