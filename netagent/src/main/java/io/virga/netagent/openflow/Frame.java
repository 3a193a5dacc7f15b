package io.virga.netagent.openflow;

/**
 * A message with its transaction number.
 *
 * @param xid a reply carries that of its request
 */
public record Frame(int xid, Message message) {}
