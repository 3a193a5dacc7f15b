package io.virga.netagent.pipeline;

import java.util.Map;
import java.util.OptionalInt;

/**
 * The bridge's ports that lead out of the host.
 *
 * @param tunnel the VXLAN port, whose every packet says where it goes
 * @param patches those to the bridges of provider networks, by the physical network's name
 */
public record Uplinks(OptionalInt tunnel, Map<String, Integer> patches) {

  /** No way out. */
  public static final Uplinks NONE = new Uplinks(OptionalInt.empty(), Map.of());

  public Uplinks {
    patches = Map.copyOf(patches);
  }
}
