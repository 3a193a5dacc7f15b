package io.virga.dataplane.watch;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Views as control would have sent them. */
public final class DesiredViews {

  private DesiredViews() {}

  /** A complete view of these things. */
  public static DesiredView of(DesiredState... things) {
    Map<Kind, Map<String, DesiredState>> byKind = new EnumMap<>(Kind.class);
    for (DesiredState thing : things) {
      byKind
          .computeIfAbsent(Kind.of(thing.getClass()), k -> new HashMap<>())
          .put(thing.id(), thing);
    }
    return DesiredView.complete(byKind);
  }
}
