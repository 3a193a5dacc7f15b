package io.virga.netagent.pipeline;

import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compiles one view of a host after the other. What comes out is what {@link Pipeline#compile}
 * makes of the last view alone; what it takes to make it depends on what has changed since the view
 * before. Used by one thread.
 */
public final class FlowCompiler {

  private final FlowClaims claims = new FlowClaims();
  private final GroupMembers members = new GroupMembers();
  private Optional<HostView> last = Optional.empty();
  private Map<Piece.Name, Compiled> compiled = Map.of();
  private Set<MeterConfig> meters = Set.of();

  /** A piece with the flows of its parts. */
  private record Compiled(
      Piece piece, Map<Object, Map<FlowKey, Flow>> flows, List<MeterConfig> meters) {

    static final Compiled NOTHING = new Compiled(Map::of, Map.of(), List.of());
  }

  /** Compiles the view, and says what has changed since the one before. */
  public FlowDiff compile(HostView view) {
    if (last.equals(Optional.of(view))) {
      return FlowDiff.NONE;
    }
    members.update(view.topology().groups().values());
    Map<Piece.Name, Piece> pieces = Pieces.of(view, members);
    Map<Piece.Name, Compiled> now = HashMap.newHashMap(pieces.size());
    compiled.forEach(
        (name, old) -> {
          if (!pieces.containsKey(name)) {
            replace(name, old, Compiled.NOTHING.piece());
          }
        });
    pieces.forEach(
        (name, piece) -> {
          Compiled old = compiled.getOrDefault(name, Compiled.NOTHING);
          now.put(name, old.piece().equals(piece) ? old : replace(name, old, piece));
        });
    compiled = now;
    meters =
        now.values().stream()
            .flatMap(piece -> piece.meters().stream())
            .collect(Collectors.toUnmodifiableSet());
    last = Optional.of(view);
    return claims.takeChanges();
  }

  private Compiled replace(Piece.Name name, Compiled old, Piece piece) {
    Map<?, ? extends Piece.Part> before = old.piece().parts();
    Map<?, ? extends Piece.Part> parts = piece.parts();
    Map<Object, Map<FlowKey, Flow>> flows = HashMap.newHashMap(parts.size());
    old.flows()
        .forEach(
            (part, its) -> {
              if (!parts.containsKey(part)) {
                claims.replace(new FlowClaims.Owner(name, part), its, Map.of());
              }
            });
    parts.forEach(
        (part, wanted) -> {
          Map<FlowKey, Flow> there = old.flows().getOrDefault(part, Map.of());
          if (wanted.equals(before.get(part))) {
            flows.put(part, there);
          } else {
            Map<FlowKey, Flow> made = compile(wanted);
            claims.replace(new FlowClaims.Owner(name, part), there, made);
            flows.put(part, made);
          }
        });
    return new Compiled(piece, flows, piece.meters());
  }

  private static Map<FlowKey, Flow> compile(Piece.Part part) {
    FlowSet flows = new FlowSet();
    part.compile(flows);
    return flows.flows();
  }

  /** The meters to which the flows refer. */
  public Set<MeterConfig> meters() {
    return meters;
  }

  /** How many flows there are. */
  public int size() {
    return claims.size();
  }

  /** A copy of all flows that the bridge shall hold. */
  public Map<FlowKey, Flow> flows() {
    return claims.flows();
  }
}
