package io.virga.netagent.pipeline;

import io.virga.netagent.packet.IpAddress;

/**
 * An address on a network.
 *
 * @param vni the network's number
 */
public record NetworkAddress(long vni, IpAddress address) {}
