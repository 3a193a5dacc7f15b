package io.virga.control.network.model;

/** Pools whose addresses are all different. */
public record AddressScope(Standard standard, String name, int ipVersion, boolean shared) {}
