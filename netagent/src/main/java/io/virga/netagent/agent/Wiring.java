package io.virga.netagent.agent;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.pipeline.Meters;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which port of this host is plugged in where, told by the interfaces' {@code iface-id}. */
final class Wiring {

  static final String PORT_ID = "iface-id";

  private Wiring() {}

  /** OpenFlow port numbers by the ids of ports that are bound to the host. */
  static Map<String, Integer> of(
      Map<String, PortSpec> ports, Collection<Interface> interfaces, String host) {
    Map<String, Integer> wired = new HashMap<>();
    for (Interface device : interfaces) {
      Optional<PortSpec> port =
          Optional.ofNullable(device.externalIds().get(PORT_ID))
              .flatMap(id -> Optional.ofNullable(ports.get(id)))
              .filter(spec -> spec.host().equals(host));
      if (port.isPresent()
          && device.ofport().isPresent()
          && device.ofport().getAsInt() <= Meters.MAX_OFPORT) {
        wired.put(port.get().id(), device.ofport().getAsInt());
      }
    }
    return wired;
  }
}
