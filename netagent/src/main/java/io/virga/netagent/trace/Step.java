package io.virga.netagent.trace;

import java.util.List;

/**
 * What one table did with the packet.
 *
 * @param table its number
 * @param purpose what it is for
 * @param flow what was matched, in words; empty if nothing was
 * @param effects what was done, in order
 */
public record Step(int table, String purpose, String flow, List<String> effects) {

  public Step {
    effects = List.copyOf(effects);
  }
}
