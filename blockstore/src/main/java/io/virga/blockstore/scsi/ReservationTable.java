package io.virga.blockstore.scsi;

import io.virga.blockstore.scsi.Operation.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Registrations and the persistent reservation of a unit (SPC-4 §5.13). It knows the names of
 * nexuses alone, which outlive connections and, with APTPL, the process.
 *
 * <pre>
 * unregistered → REGISTER → registered → RESERVE → holder
 * holder → RELEASE, or PREEMPT by another → registered, or unregistered
 * registered → REGISTER with key 0, CLEAR, PREEMPT by another → unregistered
 * </pre>
 */
final class ReservationTable {

  static final int MAXIMUM_REGISTRATIONS = 256;

  /** Who holds a reservation that was saved and cannot be read any more. */
  static final NexusName UNKNOWN = new NexusName("unknown,i,0x000000000000", "");

  static final long UNKNOWN_KEY = -1;

  private final Map<NexusName, Long> keys = new LinkedHashMap<>();
  private Optional<Held> held = Optional.empty();
  private int generation;
  private boolean persistent;

  /** The reservation; {@code holder} is the one who made it, also where all registrants hold it. */
  record Held(NexusName holder, ReservationType type) {}

  /**
   * What a change came to.
   *
   * @param result for the initiator
   * @param attentions what others are to be told
   * @param preempted who lost a registration
   */
  record Effect(Result result, Map<NexusName, Sense> attentions, List<NexusName> preempted) {

    static Effect of(Result result) {
      return new Effect(result, new HashMap<>(), new ArrayList<>());
    }

    static Effect good() {
      return of(Result.GOOD);
    }

    static Effect conflict() {
      return of(Result.CONFLICT);
    }

    static Effect check(Sense sense) {
      return of(new Result.Check(sense, false));
    }
  }

  Map<NexusName, Long> keys() {
    return keys;
  }

  Optional<Held> held() {
    return held;
  }

  int generation() {
    return generation;
  }

  boolean persistent() {
    return persistent;
  }

  /** Takes up what was saved before a restart. */
  void restore(Map<NexusName, Long> savedKeys, Optional<Held> savedReservation) {
    keys.putAll(savedKeys);
    held = savedReservation;
    persistent = true;
  }

  /**
   * What was saved cannot be read: nobody gets at the medium until a registrant lifts the
   * reservation of the unknown holder, by CLEAR, or by PREEMPT of his key.
   */
  void restoreUnknown() {
    restore(
        Map.of(UNKNOWN, UNKNOWN_KEY),
        Optional.of(new Held(UNKNOWN, ReservationType.EXCLUSIVE_ACCESS)));
  }

  boolean isHolder(NexusName name) {
    return held.filter(h -> h.type.heldByAll() ? keys.containsKey(name) : h.holder.equals(name))
        .isPresent();
  }

  /** Whether a reservation forbids the nexus this access. */
  boolean forbids(NexusName name, Access access) {
    if (held.isEmpty() || access == Access.ANY || isHolder(name)) {
      return false;
    }
    ReservationType type = held.get().type;
    boolean shared = type.sharedByRegistrants() && keys.containsKey(name);
    return !shared && !(access == Access.READ && type.letsAllRead());
  }

  /** Whether the nexus is registered with the key. */
  boolean hasKey(NexusName name, long key) {
    Long registered = keys.get(name);
    return registered != null && registered == key;
  }

  /** REGISTER, and for {@code ignore} REGISTER AND IGNORE EXISTING KEY. */
  Effect register(NexusName name, long key, long newKey, boolean ignore, boolean aptpl) {
    boolean registered = keys.containsKey(name);
    boolean allowed = ignore || (registered ? hasKey(name, key) : key == 0);
    if (!allowed) {
      return Effect.conflict();
    }
    if (!registered && newKey == 0) {
      return Effect.good();
    }
    if (!registered && keys.size() >= MAXIMUM_REGISTRATIONS) {
      return Effect.check(Sense.INSUFFICIENT_RESOURCES);
    }
    Effect effect = Effect.good();
    if (newKey == 0) {
      unregister(name, effect);
    } else {
      keys.put(name, newKey);
    }
    generation++;
    persistent = aptpl || keys.containsKey(UNKNOWN);
    return effect;
  }

  private void unregister(NexusName name, Effect effect) {
    boolean wasHolder = isHolder(name);
    keys.remove(name);
    if (!wasHolder) {
      return;
    }
    Held lost = held.orElseThrow();
    if (!lost.type.heldByAll()) {
      held = Optional.empty();
      if (lost.type.sharedByRegistrants()) {
        tellOthers(name, Sense.RESERVATIONS_RELEASED, effect);
      }
    } else if (keys.isEmpty()) {
      held = Optional.empty();
    }
  }

  private void tellOthers(NexusName self, Sense sense, Effect effect) {
    for (NexusName each : keys.keySet()) {
      if (!each.equals(self)) {
        effect.attentions.put(each, sense);
      }
    }
  }

  Effect reserve(NexusName name, long key, ReservationType type) {
    if (!hasKey(name, key)) {
      return Effect.conflict();
    }
    if (held.isPresent()) {
      boolean same = isHolder(name) && held.get().type == type;
      return same ? Effect.good() : Effect.conflict();
    }
    held = Optional.of(new Held(name, type));
    return Effect.good();
  }

  Effect release(NexusName name, long key, ReservationType type) {
    if (!hasKey(name, key)) {
      return Effect.conflict();
    }
    if (!isHolder(name)) {
      return Effect.good();
    }
    if (held.orElseThrow().type != type) {
      return Effect.check(Sense.INVALID_RELEASE);
    }
    Effect effect = Effect.good();
    held = Optional.empty();
    if (type.sharedByRegistrants()) {
      tellOthers(name, Sense.RESERVATIONS_RELEASED, effect);
    }
    return effect;
  }

  Effect clear(NexusName name, long key) {
    if (!hasKey(name, key)) {
      return Effect.conflict();
    }
    Effect effect = Effect.good();
    tellOthers(name, Sense.RESERVATIONS_PREEMPTED, effect);
    keys.clear();
    held = Optional.empty();
    generation++;
    return effect;
  }

  /** PREEMPT, and PREEMPT AND ABORT as far as it concerns registrations. */
  Effect preempt(NexusName name, long key, long victim, ReservationType type) {
    if (!hasKey(name, key)) {
      return Effect.conflict();
    }
    Optional<Held> before = held;
    boolean all = before.filter(h -> h.type.heldByAll()).isPresent();
    boolean takes = before.isPresent() && (all ? victim == 0 : hasKey(before.get().holder, victim));
    if (victim == 0 && !takes) {
      return Effect.check(Sense.INVALID_FIELD_IN_PARAMETERS);
    }
    Effect effect = Effect.good();
    for (Map.Entry<NexusName, Long> each : keys.entrySet()) {
      boolean matches = victim == 0 || each.getValue() == victim;
      if (matches && !each.getKey().equals(name)) {
        effect.preempted.add(each.getKey());
        effect.attentions.put(each.getKey(), Sense.REGISTRATIONS_PREEMPTED);
      }
    }
    if (!takes && effect.preempted.isEmpty() && victim != key) {
      return Effect.conflict();
    }
    effect.preempted.forEach(keys::remove);
    if (takes) {
      if (before.get().type != type) {
        keys.keySet().stream()
            .filter(each -> !each.equals(name))
            .forEach(each -> effect.attentions.put(each, Sense.RESERVATIONS_RELEASED));
      }
      held = Optional.of(new Held(name, type));
    }
    generation++;
    return effect;
  }

  /** REGISTER AND MOVE. */
  Effect move(NexusName name, long key, NexusName to, long newKey, MoveOptions options) {
    boolean movable = isHolder(name) && !held.orElseThrow().type.heldByAll();
    if (!hasKey(name, key) || !movable) {
      return Effect.conflict();
    }
    if (newKey == 0 || to.equals(name)) {
      return Effect.check(Sense.INVALID_FIELD_IN_PARAMETERS);
    }
    if (!keys.containsKey(to) && keys.size() >= MAXIMUM_REGISTRATIONS) {
      return Effect.check(Sense.INSUFFICIENT_RESOURCES);
    }
    keys.put(to, newKey);
    held = Optional.of(new Held(to, held.orElseThrow().type));
    if (options.unregister) {
      keys.remove(name);
    }
    persistent = options.aptpl || keys.containsKey(UNKNOWN);
    generation++;
    return Effect.good();
  }

  /**
   * Drops all registrations through the target port; answers whether there were any, and adds to
   * the effect what others are to be told.
   */
  boolean forget(String targetPort, Effect effect) {
    List<NexusName> gone =
        keys.keySet().stream().filter(name -> name.target().equals(targetPort)).toList();
    gone.forEach(name -> unregister(name, effect));
    gone.forEach(effect.attentions::remove);
    generation += gone.isEmpty() ? 0 : 1;
    return !gone.isEmpty();
  }

  /** Flags of REGISTER AND MOVE. */
  record MoveOptions(boolean unregister, boolean aptpl) {}
}
