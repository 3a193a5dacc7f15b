package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import java.util.Map;

/** What the pipeline keeps in which register; metadata is the network's VNI. */
public final class Registers {

  /** Scratch for exchanging two fields. */
  static final OxmField SCRATCH = OxmField.register(0);

  /** The address to which a routed packet is sent next, on the network that metadata names. */
  public static final OxmField NEXT_HOP = SCRATCH;

  /** The address by which the router that has the packet is known where it came from. */
  public static final OxmField ROUTER_ADDRESS = OxmField.register(1);

  /** Likewise, of IPv6. */
  public static final OxmField NEXT_HOP_IPV6 = OxmField.wideRegister(1);

  /** Likewise, of IPv6. */
  public static final OxmField ROUTER_ADDRESS_IPV6 = OxmField.wideRegister(2);

  /** What the sender is told: ICMP type and code, a byte each. */
  public static final OxmField ICMP_ERROR = OxmField.register(2);

  /** How the packet came in, in bits. */
  static final OxmField ORIGIN = OxmField.register(12);

  /** Another host has sent it; it must not be sent to a host again. */
  static final long FROM_TUNNEL = 1;

  /** It came from a provider network; it must not be sent back into the wire. */
  static final long FROM_WIRE = 2;

  /** The number of the router that has the packet. */
  public static final OxmField ROUTER = OxmField.register(3);

  /** The zone of the connection tracker for the next {@code ct}. */
  static final OxmField ZONE = OxmField.register(13);

  /** The local port that sent the packet, as an OpenFlow port number. */
  public static final OxmField SOURCE_PORT = OxmField.register(14);

  /** The local port that shall receive it. */
  static final OxmField TARGET_PORT = OxmField.register(15);

  private static final Map<OxmField, String> NAMES =
      Map.of(
          SCRATCH, "next hop or row",
          ROUTER_ADDRESS, "router's address",
          ORIGIN, "origin",
          ROUTER, "router",
          ZONE, "zone",
          SOURCE_PORT, "from port",
          TARGET_PORT, "to port");

  private Registers() {}

  /** What a register is called, or where none has a name of the pipeline, which field it is. */
  public static String nameOf(OxmField field) {
    return NAMES.getOrDefault(field, "field " + field.oxmClass() + ":" + field.number());
  }

  static Match notFromTunnel(Match match) {
    return match.with(ORIGIN, 0, FROM_TUNNEL);
  }

  static Match notFromWire(Match match) {
    return match.with(ORIGIN, 0, FROM_WIRE);
  }
}
