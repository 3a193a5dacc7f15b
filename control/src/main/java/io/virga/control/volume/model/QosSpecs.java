package io.virga.control.volume.model;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What limits the volumes of the types that it is associated with.
 *
 * @param consumer one of {@link #CONSUMERS}; whichever it is, the block store enforces the limits
 */
public record QosSpecs(UUID id, String name, String consumer, Map<String, String> specs) {

  public static final List<String> CONSUMERS = List.of("front-end", "back-end", "both");

  public QosSpecs {
    specs = Map.copyOf(specs);
  }

  /** The same with other specs. */
  public QosSpecs with(String by, Map<String, String> changed) {
    return new QosSpecs(id, name, by, changed);
  }
}
