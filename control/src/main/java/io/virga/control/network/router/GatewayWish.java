package io.virga.control.network.router;

import io.virga.control.network.port.PortDraft.AddressWish;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The external network that a router is to lead to.
 *
 * @param fixedIps the lowest free address if empty
 */
public record GatewayWish(UUID networkId, boolean snat, Optional<List<AddressWish>> fixedIps) {}
