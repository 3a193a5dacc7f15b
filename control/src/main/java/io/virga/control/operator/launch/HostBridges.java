package io.virga.control.operator.launch;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.home.Underlay;
import io.virga.control.operator.home.Underlay.Segment;
import io.virga.control.operator.host.Interfaces;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The bridges of a host's Open vSwitch beside the network agent's own: that of the external
 * network, and where there are other hosts, one that has the host's address for tunnels (a switch
 * in user space sends what it encapsulates out of a bridge of its own alone).
 */
final class HostBridges {

  private static final Path KERNEL_MODULE = Path.of("/sys/module/openvswitch");

  private final HostHome home;
  private final CloudConfiguration cloud;
  private final Underlay underlay;
  private final NetworkNamespace namespace;
  private final Consumer<List<String>> configuring;

  /**
   * @param configuring runs {@code ovs-vsctl} with the arguments
   */
  HostBridges(
      HostHome home,
      CloudConfiguration cloud,
      NetworkNamespace namespace,
      Consumer<List<String>> configuring) {
    this.home = home;
    this.cloud = cloud;
    this.underlay = cloud.underlay();
    this.namespace = namespace;
    this.configuring = configuring;
  }

  /** Makes what is missing once the switch runs. Cheap when nothing is. */
  Optional<String> ensure() {
    if (!namespace.within(this::isComplete)) {
      bridge(cloud.externalBridge(), Segment.EXTERNAL, List.of());
      if (cloud.hasUnderlay()) {
        makeEndOfTunnels();
      }
    }
    return Optional.empty();
  }

  private boolean isComplete() {
    return Interfaces.exists(cloud.externalBridge())
        && (!cloud.hasUnderlay()
            || Interfaces.has(cloud.tunnelBridge(), underlay.tunnel(home.host())));
  }

  private void makeEndOfTunnels() {
    String bridge = cloud.tunnelBridge();
    String mtu = "mtu_request=" + Segment.TUNNEL.mtu();
    bridge(bridge, Segment.TUNNEL, List.of("--", "set", "Interface", bridge, mtu));
    String address = Underlay.withPrefix(underlay.tunnel(home.host()));
    namespace.run("ip", "address", "replace", address, "dev", bridge);
    namespace.run("ip", "link", "set", bridge, "up");
  }

  /**
   * Takes the links of earlier, when there were other hosts, from a switch that does not run yet.
   */
  void forget() {
    if (!cloud.hasUnderlay()) {
      String external = underlay.link(CloudHost.FIRST, Segment.EXTERNAL);
      configuring.accept(List.of("--no-wait", "--if-exists", "del-br", cloud.tunnelBridge()));
      configuring.accept(List.of("--no-wait", "--if-exists", "del-port", external));
    }
  }

  private void bridge(String name, Segment segment, List<String> more) {
    String datapath = Files.exists(KERNEL_MODULE) ? "system" : "netdev";
    List<String> arguments = new ArrayList<>(List.of("--may-exist", "add-br", name));
    arguments.addAll(List.of("--", "set", "Bridge", name, "datapath_type=" + datapath));
    if (cloud.hasUnderlay()) {
      String link = underlay.link(home.host(), segment);
      arguments.addAll(List.of("--", "--may-exist", "add-port", name, link));
    }
    arguments.addAll(more);
    configuring.accept(arguments);
  }
}
