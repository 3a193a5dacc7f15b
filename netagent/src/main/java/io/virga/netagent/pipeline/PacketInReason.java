package io.virga.netagent.pipeline;

import io.virga.netagent.octets.Octets;

/** The first byte of a packet-in's userdata: why the packet was sent to the agent. */
public final class PacketInReason {

  /** DHCP of either family. */
  public static final int DHCP = 1;

  /** The sender is to be told why a packet of its went no further. */
  public static final int ICMP_ERROR = 2;

  /** The MAC of the next hop on a wire is to be asked for. */
  public static final int NEXT_HOP_UNKNOWN = 3;

  /** A machine on a wire has said which MAC it has. */
  public static final int MAC_HEARD = 4;

  /** A guest wants to know who is router on its link. */
  public static final int ROUTER_WANTED = 5;

  /** A guest asks for a name. */
  public static final int DNS = 6;

  private PacketInReason() {}

  static Octets userdata(int reason) {
    return Octets.ofLong(reason, 1);
  }
}
