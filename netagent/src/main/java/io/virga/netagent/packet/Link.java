package io.virga.netagent.packet;

/** An Ethernet frame's own addresses. */
public record Link(MacAddress source, MacAddress destination) {}
