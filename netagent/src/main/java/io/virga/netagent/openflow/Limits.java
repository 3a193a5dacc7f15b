package io.virga.netagent.openflow;

/**
 * What is accepted of a peer.
 *
 * @param messageBytes the longest message, at most 65535
 */
public record Limits(int messageBytes) {

  /** As long as the protocol allows. */
  public static final Limits DEFAULT = new Limits(0xffff);
}
