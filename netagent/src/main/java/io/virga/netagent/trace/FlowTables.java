package io.virga.netagent.trace;

import io.virga.netagent.openflow.Flow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flows as a switch looks for them: by table, the highest priority first. */
final class FlowTables {

  private final Map<Integer, List<Flow>> tables = new HashMap<>();

  FlowTables(Collection<Flow> flows) {
    for (Flow flow : flows) {
      tables.computeIfAbsent(flow.key().table(), _ -> new ArrayList<>()).add(flow);
    }
    tables
        .values()
        .forEach(
            table ->
                table.sort(
                    Comparator.<Flow>comparingInt(flow -> flow.key().priority()).reversed()));
  }

  /** The flow of the table that takes the packet on. */
  Optional<Flow> find(int table, TracedPacket packet) {
    return tables.getOrDefault(table, List.of()).stream()
        .filter(flow -> packet.matches(flow.key().match()))
        .findFirst();
  }
}
