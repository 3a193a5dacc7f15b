package io.virga.netagent.pipeline;

import io.virga.netagent.packet.Ipv4Address;

/**
 * An address on a provider network.
 *
 * @param vni the network's number
 */
public record WireAddress(long vni, Ipv4Address address) {}
