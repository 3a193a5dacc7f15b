package io.virga.netagent.agent;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * To which bridge of the host each physical network is mapped.
 *
 * @param bridges by the physical network's name
 */
public record BridgeMappings(Map<String, String> bridges) {

  /** No physical network reaches the host. */
  public static final BridgeMappings NONE = new BridgeMappings(Map.of());

  private static final Pattern PAIR =
      Pattern.compile("([^\\s:,]{1,255}):([A-Za-z0-9][A-Za-z0-9_.-]{0,14})");

  public BridgeMappings {
    bridges = Map.copyOf(bridges);
  }

  /**
   * Reads {@code physical-network:bridge,…}.
   *
   * @param integrationBridge which must not be among them
   * @throws IllegalArgumentException that says what is accepted
   */
  static BridgeMappings parse(String text, String integrationBridge) {
    Map<String, String> bridges = new TreeMap<>();
    Set<String> used = new HashSet<>(Set.of(integrationBridge));
    for (String part : text.split(",", -1)) {
      var pair = PAIR.matcher(part.strip());
      if (!pair.matches()) {
        throw new IllegalArgumentException(
            "expected physical-network:bridge pairs with commas between them, a bridge's name"
                + " having at most 15 characters, not '%s'".formatted(part.strip()));
      }
      if (!used.add(pair.group(2))) {
        throw new IllegalArgumentException(
            "expected a bridge of its own for each physical network, but '%s' is in use already"
                .formatted(pair.group(2)));
      }
      if (bridges.put(pair.group(1), pair.group(2)) != null) {
        throw new IllegalArgumentException(
            "expected each physical network once, but '%s' is there twice"
                .formatted(pair.group(1)));
      }
    }
    return new BridgeMappings(bridges);
  }

  /** As it is in settings and reports, in a fixed order. */
  @Override
  public String toString() {
    return new TreeMap<>(bridges)
        .entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(","));
  }
}
