package io.virga.netagent.ovsdb;

import java.util.Map;
import java.util.Optional;

/**
 * A port of a bridge, with its one interface, as it shall be (ovs-vswitchd.conf.db(5)).
 *
 * @param type of the interface
 * @param options of the interface, all of them
 * @param mac given to an interface that is made
 */
public record SwitchPort(
    String name, String type, Map<String, String> options, Optional<String> mac) {

  public SwitchPort {
    options = Map.copyOf(options);
  }

  /** A network device of this host. */
  public static SwitchPort internal(String name, String mac) {
    return new SwitchPort(name, "internal", Map.of(), Optional.of(mac));
  }

  /** A VXLAN tunnel whose far end and network are told with each packet. */
  public static SwitchPort vxlan(String name, String localAddress) {
    return new SwitchPort(
        name,
        "vxlan",
        Map.of("remote_ip", "flow", "key", "flow", "local_ip", localAddress),
        Optional.empty());
  }

  /** One end of a wire to a port of another bridge. */
  public static SwitchPort patch(String name, String peer) {
    return new SwitchPort(name, "patch", Map.of("peer", peer), Optional.empty());
  }
}
