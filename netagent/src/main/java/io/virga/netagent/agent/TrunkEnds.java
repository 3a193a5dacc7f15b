package io.virga.netagent.agent;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.ovsdb.OvsdbException;
import io.virga.netagent.ovsdb.SwitchDatabase;
import io.virga.netagent.ovsdb.SwitchPort;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sub-ports of trunks: each has a wire of its own within the bridge, from the port {@code tri…},
 * which is the sub-port's in all that the pipeline does, to the port {@code trs…}, behind which its
 * frames get the tag and leave by the trunk's port. So a sub-port has a number as any other port
 * has, and only two flows know of its tag.
 */
final class TrunkEnds {

  private static final String INNER = "tri";
  private static final String OUTER = "trs";
  private static final String SUB_PORT = "trunk-sub-port";
  private static final int ID_CHARACTERS = 11;

  private TrunkEnds() {}

  /**
   * Makes the wires of the host's sub-ports whose trunk is plugged in, and removes all others.
   *
   * @param ports those that are bound to the host, at least
   */
  static void ensure(
      SwitchDatabase database,
      String bridge,
      String host,
      Collection<PortSpec> ports,
      Collection<Interface> interfaces)
      throws OvsdbException {
    Set<String> there = new HashSet<>();
    Set<String> plugged = new HashSet<>();
    for (Interface device : interfaces) {
      there.add(device.name());
      plugged.add(device.externalIds().getOrDefault(Wiring.PORT_ID, ""));
    }
    Set<String> wanted = new HashSet<>();
    for (PortSpec port : ports) {
      boolean here = port.host().equals(host);
      if (here && port.trunk().filter(trunk -> plugged.contains(trunk.portId())).isPresent()) {
        String inner = name(INNER, port.id());
        String outer = name(OUTER, port.id());
        wanted.add(inner);
        wanted.add(outer);
        ensure(database, bridge, inner, outer, Map.of(Wiring.PORT_ID, port.id()), there);
        ensure(database, bridge, outer, inner, Map.of(SUB_PORT, port.id()), there);
      }
    }
    for (Interface device : interfaces) {
      if (isEnd(device) && !wanted.contains(device.name())) {
        database.removePort(bridge, device.name());
      }
    }
  }

  private static void ensure(
      SwitchDatabase database,
      String bridge,
      String name,
      String peer,
      Map<String, String> externalIds,
      Set<String> there)
      throws OvsdbException {
    if (!there.contains(name)) {
      database.ensurePort(bridge, SwitchPort.patch(name, peer, externalIds));
    }
  }

  /** The numbers of the outer ends, by the ids of the sub-ports. */
  static Map<String, Integer> numbers(Collection<Interface> interfaces) {
    Map<String, Integer> numbers = new HashMap<>();
    for (Interface device : interfaces) {
      String subPort = device.externalIds().get(SUB_PORT);
      if (subPort != null && device.ofport().isPresent()) {
        numbers.put(subPort, device.ofport().getAsInt());
      }
    }
    return numbers;
  }

  private static boolean isEnd(Interface device) {
    return device.externalIds().containsKey(SUB_PORT)
        || device.name().equals(name(INNER, device.externalIds().getOrDefault(Wiring.PORT_ID, "")));
  }

  private static String name(String end, String portId) {
    return end + portId.substring(0, Math.min(ID_CHARACTERS, portId.length()));
  }
}
