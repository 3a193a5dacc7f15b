package io.virga.netagent.agent;

import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.ovsdb.OvsdbException;
import io.virga.netagent.ovsdb.SwitchDatabase;
import io.virga.netagent.ovsdb.SwitchPort;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.pipeline.Uplinks;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What of the host's own network guests' packets may use.
 *
 * @param tunnelAddress where the host takes tunnelled packets; absent: there are no tunnels
 * @param mappings to which bridges the wires of provider networks are connected
 */
public record Underlay(Optional<Ipv4Address> tunnelAddress, BridgeMappings mappings) {

  private static final String TUNNEL_PORT = "virga-vxlan";

  /** None of it. */
  public static final Underlay NONE = new Underlay(Optional.empty(), BridgeMappings.NONE);

  /** Makes the ports of the bridge that lead out, and the bridges at their other ends. */
  void ensure(SwitchDatabase database, String bridge, String datapathType) throws OvsdbException {
    if (tunnelAddress.isPresent()) {
      database.ensurePort(bridge, SwitchPort.vxlan(TUNNEL_PORT, tunnelAddress.get().toString()));
    } else {
      database.removePort(bridge, TUNNEL_PORT);
    }
    for (String mapped : mappings.bridges().values()) {
      database.ensureLearningBridge(mapped, datapathType);
      database.ensurePort(bridge, SwitchPort.patch(inside(mapped), outside(mapped)));
      database.ensurePort(mapped, SwitchPort.patch(outside(mapped), inside(mapped)));
    }
  }

  private static String inside(String mapped) {
    return "int-" + mapped;
  }

  private static String outside(String mapped) {
    return "phy-" + mapped;
  }

  /** The ports' numbers, as far as the switch has opened them. */
  Uplinks uplinks(Collection<Interface> interfaces) {
    Map<String, Integer> ofports = new HashMap<>();
    for (Interface device : interfaces) {
      device.ofport().ifPresent(ofport -> ofports.put(device.name(), ofport));
    }
    Map<String, Integer> patches = new HashMap<>();
    mappings
        .bridges()
        .forEach(
            (physicalNetwork, mapped) -> {
              Integer ofport = ofports.get(inside(mapped));
              if (ofport != null) {
                patches.put(physicalNetwork, ofport);
              }
            });
    Integer tunnel = tunnelAddress.isPresent() ? ofports.get(TUNNEL_PORT) : null;
    return new Uplinks(tunnel == null ? OptionalInt.empty() : OptionalInt.of(tunnel), patches);
  }

  /** Why tunnelled packets do not reach the host, if that can be seen here. */
  Optional<String> fault() throws SocketException {
    if (tunnelAddress.isEmpty()) {
      return Optional.empty();
    }
    String address = tunnelAddress.get().toString();
    return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) == null
        ? Optional.of("no device of this host has the tunnel address " + address)
        : Optional.empty();
  }

  /** What control is told of the host. */
  Map<String, String> details() {
    Map<String, String> details = new HashMap<>();
    tunnelAddress.ifPresent(address -> details.put("tunnelAddress", address.toString()));
    details.put("bridgeMappings", mappings.toString());
    return details;
  }
}
