package io.virga.netagent.openflow;

/** What names a flow in a switch. */
public record FlowKey(int table, int priority, Match match) {}
