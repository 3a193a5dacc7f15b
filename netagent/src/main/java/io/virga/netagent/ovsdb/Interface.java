package io.virga.netagent.ovsdb;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A row of the table Interface.
 *
 * @param ofport the OpenFlow port number, once the switch has opened the device
 * @param macInUse the device's address, empty while it is not known
 */
public record Interface(
    String name, Map<String, String> externalIds, OptionalInt ofport, String macInUse) {

  public Interface {
    externalIds = Map.copyOf(externalIds);
  }
}
