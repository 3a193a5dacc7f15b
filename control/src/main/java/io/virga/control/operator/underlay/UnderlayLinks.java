package io.virga.control.operator.underlay;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Underlay;
import io.virga.control.operator.home.Underlay.Segment;
import io.virga.control.operator.host.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The namespaces of a home's hosts, the bridges that join them, and the links to these. What is
 * there is kept, with whatever {@code virga lab} has done to it; a home whose supervisor was killed
 * finds it again.
 */
public final class UnderlayLinks {

  private final Path note;
  private final CloudConfiguration cloud;
  private final Underlay underlay;
  private final NetworkNamespace bridges;

  /**
   * @param run a folder of the home that is empty after a restart of the machine
   */
  public UnderlayLinks(Path run, CloudConfiguration cloud) {
    this.note = run.resolve("underlay");
    this.cloud = cloud;
    this.underlay = cloud.underlay();
    this.bridges = NetworkNamespace.named(underlay.namespace());
  }

  /** Where the processes of a host run. */
  public static NetworkNamespace of(Underlay underlay, CloudHost host) {
    return host.isFirst() ? NetworkNamespace.OWN : NetworkNamespace.named(underlay.namespace(host));
  }

  /** Makes what is missing; nothing for a home of one host. Blocks. */
  public void ensure() {
    if (!cloud.hasUnderlay()) {
      return;
    }
    refuseOthers();
    PrivateFiles.writeForThisBoot(note, underlay.namespace());
    bridges.ensure();
    Set<String> there = bridges.links();
    for (Segment segment : Segment.values()) {
      if (!there.contains(segment.title())) {
        bridges.run("ip", "link", "add", segment.title(), "mtu", mtu(segment), "type", "bridge");
        bridges.run("ip", "link", "set", segment.title(), "addrgenmode", "none", "up");
      }
    }
    for (CloudHost host : cloud.allHosts()) {
      if (!host.isFirst()) {
        of(underlay, host).ensure();
      }
      for (Segment segment : Segment.values()) {
        if (!there.contains(segment.port(host))) {
          link(host, segment);
        }
      }
    }
  }

  /** Removes all that this home has made for any number of hosts. Blocks. */
  public void remove() {
    if (!Files.exists(note)) {
      return;
    }
    try {
      Set<String> own = NetworkNamespace.OWN.links();
      for (Segment segment : Segment.values()) {
        String link = underlay.link(CloudHost.FIRST, segment);
        if (own.contains(link)) {
          NetworkNamespace.OWN.run("ip", "link", "delete", link);
        }
      }
      NetworkNamespace.startingWith(underlay.namespace() + "-").forEach(NetworkNamespace::remove);
      bridges.remove();
      Files.delete(note);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the network namespaces of the home", e);
    }
  }

  private void refuseOthers() {
    if (!Files.exists(note) && bridges.exists()) {
      throw new IllegalStateException(
          "the network namespace %s is not of this home; choose another --base-port, or remove it: ip netns delete %s"
              .formatted(underlay.namespace(), underlay.namespace()));
    }
    Routes.now()
        .through(
            underlay.range(),
            underlay.link(CloudHost.FIRST, Segment.MANAGEMENT),
            cloud.tunnelBridge())
        .ifPresent(
            route -> {
              throw new IllegalStateException(
                  "--hosts needs %s for base port %d, which is in use here: %s; choose another --base-port"
                      .formatted(underlay.range(), cloud.basePort(), route));
            });
  }

  /** No checksum is left to a card: a switch in user space, and a lab's slow link, have none. */
  private void link(CloudHost host, Segment segment) {
    NetworkNamespace namespace = of(underlay, host);
    String link = underlay.link(host, segment);
    String port = segment.port(host);
    String mtu = mtu(segment);
    namespace.run("ip", "link", "add", link, "mtu", mtu, "type", "veth", "peer", "name", port);
    namespace.run("ip", "link", "set", port, "mtu", mtu, "netns", underlay.namespace());
    bridges.run("ip", "link", "set", port, "addrgenmode", "none", "master", segment.title(), "up");
    namespace.run("ip", "link", "set", link, "addrgenmode", "none", "up");
    namespace.run("ethtool", "-K", link, "tx", "off");
    if (segment == Segment.MANAGEMENT) {
      String address = Underlay.withPrefix(underlay.management(host));
      namespace.run("ip", "address", "add", address, "dev", link);
    }
  }

  private static String mtu(Segment segment) {
    return Integer.toString(segment.mtu());
  }
}
