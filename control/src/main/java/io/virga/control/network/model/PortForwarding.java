package io.virga.control.network.model;

import java.time.Instant;
import java.util.UUID;

/**
 * Transport ports of a floating IP that are passed on to an address of a port.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param externalPortLast the same as the first where it is not a range
 * @param internalIp empty, in what is asked for, for the only address of the port
 * @param internalPort the first; the range is as long as the external one
 */
public record PortForwarding(
    UUID id,
    UUID floatingIpId,
    String protocol,
    int externalPort,
    int externalPortLast,
    int internalPort,
    UUID internalPortId,
    String internalIp,
    String description,
    Instant createdAt,
    Instant updatedAt,
    long revision) {

  public int internalPortLast() {
    return internalPort + externalPortLast - externalPort;
  }

  /** The same, to that address. */
  public PortForwarding to(String newInternalIp) {
    return new PortForwarding(
        id,
        floatingIpId,
        protocol,
        externalPort,
        externalPortLast,
        internalPort,
        internalPortId,
        newInternalIp,
        description,
        createdAt,
        updatedAt,
        revision);
  }

  /** Whether both take a transport port of the same floating IP. */
  public boolean collides(PortForwarding other) {
    return floatingIpId.equals(other.floatingIpId)
        && protocol.equals(other.protocol)
        && externalPort <= other.externalPortLast
        && other.externalPort <= externalPortLast;
  }
}
