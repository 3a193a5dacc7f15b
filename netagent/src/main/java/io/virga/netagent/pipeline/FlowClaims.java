package io.virga.netagent.pipeline;

import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flows of all pieces, put together: of several with the same key that of the first owner is
 * there. Remembers what has changed until it is asked. Used by one thread.
 */
final class FlowClaims {

  private final Map<FlowKey, Claim> first = new HashMap<>();
  private final Map<FlowKey, Optional<Flow>> before = new HashMap<>();

  /**
   * Who makes flows.
   *
   * @param part what in the piece; of several in one that make the same, the first by its text
   */
  record Owner(Piece.Name piece, Object part) implements Comparable<Owner> {

    private static final Comparator<Owner> ORDER =
        Comparator.comparing(Owner::piece).thenComparing(owner -> owner.part.toString());

    @Override
    public int compareTo(Owner other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A flow of an owner.
   *
   * @param next that of the next owner with the same key
   */
  private record Claim(Owner owner, Flow flow, Optional<Claim> next) {

    Claim with(Owner other, Flow claimed) {
      return other.compareTo(owner) < 0
          ? new Claim(other, claimed, Optional.of(this))
          : new Claim(
              owner,
              flow,
              Optional.of(
                  next.map(later -> later.with(other, claimed))
                      .orElseGet(() -> new Claim(other, claimed, Optional.empty()))));
    }

    Optional<Claim> without(Owner gone) {
      return owner.equals(gone)
          ? next
          : Optional.of(new Claim(owner, flow, next.flatMap(later -> later.without(gone))));
    }
  }

  /** From now on the owner has these flows instead of those. */
  void replace(Owner owner, Map<FlowKey, Flow> old, Map<FlowKey, Flow> now) {
    old.forEach(
        (key, flow) -> {
          if (!flow.equals(now.get(key))) {
            remove(owner, key);
          }
        });
    now.forEach(
        (key, flow) -> {
          if (!flow.equals(old.get(key))) {
            add(owner, flow);
          }
        });
  }

  private void remove(Owner owner, FlowKey key) {
    remember(key);
    first.compute(key, (_, claim) -> claim == null ? null : claim.without(owner).orElse(null));
  }

  private void add(Owner owner, Flow flow) {
    remember(flow.key());
    first.compute(
        flow.key(),
        (_, claim) ->
            claim == null ? new Claim(owner, flow, Optional.empty()) : claim.with(owner, flow));
  }

  private void remember(FlowKey key) {
    before.computeIfAbsent(key, _ -> now(key));
  }

  private Optional<Flow> now(FlowKey key) {
    return Optional.ofNullable(first.get(key)).map(Claim::flow);
  }

  /** What has changed since the last call. */
  FlowDiff takeChanges() {
    List<Flow> added = new ArrayList<>();
    List<Flow> removed = new ArrayList<>();
    List<Flow> replaced = new ArrayList<>();
    before.forEach(
        (key, was) -> {
          Optional<Flow> is = now(key);
          if (is.isEmpty()) {
            was.ifPresent(removed::add);
          } else if (was.filter(is.get()::doesTheSameAs).isEmpty()) {
            added.add(is.get());
            was.ifPresent(replaced::add);
          }
        });
    before.clear();
    return FlowDiff.ordered(added, removed, replaced);
  }

  int size() {
    return first.size();
  }

  /** A copy of what is there. */
  Map<FlowKey, Flow> flows() {
    Map<FlowKey, Flow> flows = HashMap.newHashMap(first.size());
    first.forEach((key, claim) -> flows.put(key, claim.flow()));
    return flows;
  }
}
