package io.virga.netagent.pipeline;

import io.virga.netagent.packet.IpAddress;

/**
 * An address on a provider network.
 *
 * @param vni the network's number
 */
public record WireAddress(long vni, IpAddress address) {}
