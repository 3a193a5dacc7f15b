package io.virga.dataplane.desired;

/**
 * Another host, to which this host sends the packets of the networks that both have, over VXLAN
 * (RFC 7348).
 *
 * @param id the other host's name
 * @param address where it takes tunnelled packets, an IPv4 address of the underlay
 */
public record TunnelEndpointSpec(String id, long generation, String address)
    implements DesiredState {}
