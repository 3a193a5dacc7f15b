package io.virga.netagent.pipeline;

/** The first byte of a packet-in's userdata: why the packet was sent to the agent. */
public final class PacketInReason {

  public static final int DHCP = 1;

  private PacketInReason() {}
}
