package io.virga.netagent.agent;

import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.ovsdb.OvsdbException;
import io.virga.netagent.ovsdb.SwitchDatabase;
import io.virga.netagent.ovsdb.SwitchPort;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.pipeline.Uplinks;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What of the host's own network guests' packets may use.
 *
 * @param tunnelAddress where the host takes tunnelled packets; absent: there are no tunnels
 */
public record Underlay(Optional<Ipv4Address> tunnelAddress) {

  private static final String TUNNEL_PORT = "virga-vxlan";

  /** None of it. */
  public static final Underlay NONE = new Underlay(Optional.empty());

  /** Makes the ports of the bridge that lead out, and takes away those that shall not. */
  void ensure(SwitchDatabase database, String bridge) throws OvsdbException {
    if (tunnelAddress.isPresent()) {
      database.ensurePort(bridge, SwitchPort.vxlan(TUNNEL_PORT, tunnelAddress.get().toString()));
    } else {
      database.removePort(bridge, TUNNEL_PORT);
    }
  }

  /** The ports' numbers, as far as the switch has opened them. */
  Uplinks uplinks(Collection<Interface> interfaces) {
    OptionalInt tunnel =
        interfaces.stream()
            .filter(device -> tunnelAddress.isPresent() && device.name().equals(TUNNEL_PORT))
            .flatMapToInt(device -> device.ofport().stream())
            .findFirst();
    return new Uplinks(tunnel, Map.of());
  }

  /** What control is told of the host. */
  Map<String, String> details() {
    Map<String, String> details = new HashMap<>();
    tunnelAddress.ifPresent(address -> details.put("tunnelAddress", address.toString()));
    return details;
  }
}
