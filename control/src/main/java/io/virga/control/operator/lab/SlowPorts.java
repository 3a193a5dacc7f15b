package io.virga.control.operator.lab;

import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Underlay.Segment;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What makes a host's links slow: its ports are taken out of the underlay's bridges, and a process
 * carries frames between each and a link that takes its place. The kernel's own means, netem, is
 * not in every kernel.
 */
public final class SlowPorts {

  /** Those that other hosts' traffic uses. */
  static final List<Segment> SEGMENTS = List.of(Segment.MANAGEMENT, Segment.TUNNEL);

  private final CloudHost host;
  private final NetworkNamespace namespace;

  /**
   * @param namespace that of the bridges
   */
  SlowPorts(CloudHost host, NetworkNamespace namespace) {
    this.host = host;
    this.namespace = namespace;
  }

  /** Carries frames, in the namespace of the bridges, until the process ends. */
  public static void carry(CloudHost host, Slowness slowness) throws IOException {
    SlowPorts ports = new SlowPorts(host, NetworkNamespace.OWN);
    ports.restore();
    for (Segment segment : SEGMENTS) {
      ports.carry(segment, slowness);
    }
  }

  /** Puts the ports back, whatever has become of the process. */
  void restore() {
    for (Segment segment : SEGMENTS) {
      if (namespace.has(outer(segment))) {
        namespace.run("ip", "link", "delete", outer(segment));
      }
      namespace.run("ip", "link", "set", segment.port(host), "master", segment.title());
    }
  }

  private void carry(Segment segment, Slowness slowness) throws IOException {
    String port = segment.port(host);
    String mtu = Integer.toString(segment.mtu());
    namespace.run(
        "ip",
        "link",
        "add",
        outer(segment),
        "mtu",
        mtu,
        "type",
        "veth",
        "peer",
        "name",
        inner(segment),
        "mtu",
        mtu);
    namespace.run("ip", "link", "set", inner(segment), "addrgenmode", "none", "up");
    PacketSocket near = PacketSocket.open(port);
    PacketSocket far = PacketSocket.open(inner(segment));
    new SlowLink(near, far, slowness, RandomGenerator.getDefault()).start(port + " out");
    new SlowLink(far, near, slowness, RandomGenerator.getDefault()).start(port + " in");
    namespace.run("ip", "link", "set", port, "nomaster");
    namespace.run(
        "ip",
        "link",
        "set",
        outer(segment),
        "addrgenmode",
        "none",
        "master",
        segment.title(),
        "up");
  }

  /** In the bridge. */
  private String outer(Segment segment) {
    return segment.port(host) + ".o";
  }

  /** Where the process is. */
  private String inner(Segment segment) {
    return segment.port(host) + ".i";
  }
}
