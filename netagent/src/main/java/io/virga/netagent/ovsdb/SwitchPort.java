package io.virga.netagent.ovsdb;

import java.util.Map;
import java.util.Optional;

/**
 * A port of a bridge, with its one interface, as it shall be (ovs-vswitchd.conf.db(5)).
 *
 * @param type of the interface
 * @param options of the interface, all of them
 * @param mac given to an interface that is made
 * @param externalIds likewise
 */
public record SwitchPort(
    String name,
    String type,
    Map<String, String> options,
    Optional<String> mac,
    Map<String, String> externalIds) {

  public SwitchPort {
    options = Map.copyOf(options);
    externalIds = Map.copyOf(externalIds);
  }

  private SwitchPort(String name, String type, Map<String, String> options) {
    this(name, type, options, Optional.empty(), Map.of());
  }

  /** A network device of this host. */
  public static SwitchPort internal(String name, String mac) {
    return new SwitchPort(name, "internal", Map.of(), Optional.of(mac), Map.of());
  }

  /** The device that a bridge has by itself. */
  static SwitchPort ofBridge(String name) {
    return new SwitchPort(name, "internal", Map.of());
  }

  /** A VXLAN tunnel whose far end and network are told with each packet. */
  public static SwitchPort vxlan(String name, String localAddress) {
    return new SwitchPort(
        name, "vxlan", Map.of("remote_ip", "flow", "key", "flow", "local_ip", localAddress));
  }

  /** One end of a wire to another port of the switch. */
  public static SwitchPort patch(String name, String peer) {
    return patch(name, peer, Map.of());
  }

  /** Likewise, with what others look it up by. */
  public static SwitchPort patch(String name, String peer, Map<String, String> externalIds) {
    return new SwitchPort(name, "patch", Map.of("peer", peer), Optional.empty(), externalIds);
  }
}
