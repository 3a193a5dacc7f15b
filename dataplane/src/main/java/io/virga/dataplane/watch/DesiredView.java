package io.virga.dataplane.watch;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * All that is desired of this host, at one moment. Immutable; a view is replaced, never changed.
 *
 * <p>A view that is not complete is one of a host that has never heard from control: it holds
 * nothing, and says nothing about what is not in it.
 */
public final class DesiredView {

  private static final DesiredView NOTHING = new DesiredView(new EnumMap<>(Kind.class), false);

  private final Map<Kind, Map<String, DesiredState>> things;
  private final boolean complete;

  private DesiredView(Map<Kind, Map<String, DesiredState>> things, boolean complete) {
    this.things = things;
    this.complete = complete;
  }

  /** Before anything was heard. */
  public static DesiredView nothing() {
    return NOTHING;
  }

  static DesiredView complete(Map<Kind, Map<String, DesiredState>> things) {
    Map<Kind, Map<String, DesiredState>> copy = new EnumMap<>(Kind.class);
    things.forEach((kind, byId) -> copy.put(kind, Map.copyOf(byId)));
    return new DesiredView(copy, true);
  }

  /** Whether what is not in here is really not desired. */
  public boolean isComplete() {
    return complete;
  }

  /** The things of one kind by their ids. */
  public Map<String, DesiredState> of(Kind kind) {
    return things.getOrDefault(kind, Map.of());
  }

  /** The things of one kind by their ids, as the record of that kind. */
  public <T extends DesiredState> Map<String, T> of(Class<T> recordType) {
    return typed(of(Kind.of(recordType)), recordType);
  }

  private static <T extends DesiredState> Map<String, T> typed(
      Map<String, DesiredState> byId, Class<T> recordType) {
    Map<String, T> typed = HashMap.newHashMap(byId.size());
    byId.forEach((id, thing) -> typed.put(id, recordType.cast(thing)));
    return Collections.unmodifiableMap(typed);
  }
}
