package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;

/** What the pipeline keeps in which register; metadata is the network's VNI. */
public final class Registers {

  /** Scratch for exchanging two fields. */
  static final OxmField SCRATCH = OxmField.register(0);

  /** How the packet came in, in bits. */
  static final OxmField ORIGIN = OxmField.register(10);

  /** Another host has sent it; it must not be sent to a host again. */
  static final long FROM_TUNNEL = 1;

  /** It came from a provider network; it must not be sent back into the wire. */
  static final long FROM_WIRE = 2;

  /** The zone of the connection tracker for the next {@code ct}. */
  static final OxmField ZONE = OxmField.register(13);

  /** The local port that sent the packet, as an OpenFlow port number. */
  public static final OxmField SOURCE_PORT = OxmField.register(14);

  /** The local port that shall receive it. */
  static final OxmField TARGET_PORT = OxmField.register(15);

  private Registers() {}

  static Match notFromTunnel(Match match) {
    return match.with(ORIGIN, 0, FROM_TUNNEL);
  }

  static Match notFromWire(Match match) {
    return match.with(ORIGIN, 0, FROM_WIRE);
  }
}
