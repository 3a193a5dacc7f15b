package io.virga.dataplane.desired;

import java.util.Optional;

/**
 * What a port may do at most. Directions are seen from the instance: egress is what it sends.
 *
 * @param dscp what its packets are marked with as they leave it, 0 to 63
 */
public record PortQos(
    Optional<Bandwidth> egressBandwidth,
    Optional<Bandwidth> ingressBandwidth,
    Optional<PacketRate> egressPackets,
    Optional<PacketRate> ingressPackets,
    Optional<Integer> dscp) {

  /**
   * A limit of bits.
   *
   * @param kilobitsPerSecond 1 or more
   * @param burstKilobits what may pass at once; 0 is for the agent to choose
   */
  public record Bandwidth(long kilobitsPerSecond, long burstKilobits) {}

  /**
   * A limit of packets.
   *
   * @param kiloPacketsPerSecond 1 or more
   * @param burstKiloPackets what may pass at once; 0 is for the agent to choose
   */
  public record PacketRate(long kiloPacketsPerSecond, long burstKiloPackets) {}
}
