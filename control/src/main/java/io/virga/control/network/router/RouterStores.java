package io.virga.control.network.router;

import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.network.store.SubnetStore;

/** The tables that routers and floating IPs live in. */
public record RouterStores(
    NetworkStore networks,
    SubnetStore subnets,
    PortStore ports,
    RouterStore routers,
    FloatingIpStore floatingIps) {}
