package io.virga.netagent.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What joins the hosts of a lab, in a namespace of its own: the bridge {@code underlay} for what
 * they tunnel, {@code provider} for wires of provider networks, and {@code management} on which
 * this process is too. Closing it removes all of it.
 */
public final class Underlay implements AutoCloseable {

  public static final String UNDERLAY = "underlay";
  public static final String PROVIDER = "provider";
  public static final String MANAGEMENT = "management";

  private static final int MANAGEMENT_NETWORK = 0xc6120000;

  private final String namespace;
  private final String managementPrefix;
  private int plugged;

  private Underlay(String namespace, String managementPrefix) {
    this.namespace = namespace;
    this.managementPrefix = managementPrefix;
  }

  static Underlay start() throws IOException, InterruptedException {
    String id = UUID.randomUUID().toString().substring(0, 6);
    int network = MANAGEMENT_NETWORK | Integer.parseInt(id.substring(0, 4), 16) % 511 << 8;
    String prefix =
        (network >>> 24) + "." + (network >>> 16 & 255) + "." + (network >>> 8 & 255) + ".";
    Underlay underlay = new Underlay("vul-" + id, prefix);
    Shell.line("ip netns add " + underlay.namespace);
    for (String bridge : new String[] {UNDERLAY, PROVIDER, MANAGEMENT}) {
      Shell.line("ip -n %s link add %s type bridge".formatted(underlay.namespace, bridge));
      Shell.line("ip -n %s link set %s up".formatted(underlay.namespace, bridge));
    }
    String device = "vul" + id;
    Shell.line(
        "ip link add %s type veth peer name here netns %s".formatted(device, underlay.namespace));
    underlay.attach("here", MANAGEMENT);
    Shell.line("ip address add %s/24 dev %s".formatted(underlay.managementAddress(1), device));
    Shell.line("ip link set %s up".formatted(device));
    return underlay;
  }

  private void attach(String device, String bridge) throws IOException, InterruptedException {
    Shell.line("ip -n %s link set %s master %s".formatted(namespace, device, bridge));
    Shell.line("ip -n %s link set %s up".formatted(namespace, device));
  }

  /** An address of the management network; this process has number 1. */
  String managementAddress(int number) {
    return managementPrefix + number;
  }

  /** Gives another namespace a device that is plugged into one of the bridges. */
  public void plug(String bridge, String otherNamespace, String device)
      throws IOException, InterruptedException {
    String end = "p" + plugged++;
    Shell.line(
        "ip -n %s link add %s type veth peer name %s netns %s"
            .formatted(namespace, end, device, otherNamespace));
    attach(end, bridge);
    Shell.line("ip netns exec %s ethtool -K %s tx off".formatted(otherNamespace, device));
    Shell.line("ip -n %s link set %s up".formatted(otherNamespace, device));
  }

  /** Begins to record the packets on a bridge that the filter of tcpdump lets through. */
  public Capture capture(String bridge, Path file, String filter) throws IOException {
    return Capture.start(namespace, bridge, file, filter);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Shell.run("ip", "netns", "del", namespace);
  }
}
