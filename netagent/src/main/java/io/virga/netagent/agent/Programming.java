package io.virga.netagent.agent;

import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.Message.FlowMod;
import io.virga.netagent.openflow.Message.MeterCommand;
import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.openflow.Message.MeterMod;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import io.virga.netagent.pipeline.FlowCompiler;
import io.virga.netagent.pipeline.HostView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what a switch holds into what it shall hold, at most {@link #MAX_CHANGES} in a call: what
 * has just been asked for comes before what is left of a change that was larger, so that a port
 * does not wait for another's ten thousand flows. Used by one thread.
 *
 * <p>Which connections are to be forgotten follows from what changes; when an attempt fails
 * half-way, the next one does not see again what has changed already. So they are owed until the
 * switch has taken what they follow from.
 *
 * <p>A daemon that starts again holds no flows, but the kernel's tracker has kept the connections.
 * What is to be forgotten then follows from what was desired last, and from ports that have got
 * another number.
 */
final class Programming {

  /** Two bundles. */
  static final int MAX_CHANGES = 2 * OpenFlowConnection.MAX_BUNDLE;

  private static final Logger LOG = LoggerFactory.getLogger(Programming.class);

  private final FlowCompiler compiler = new FlowCompiler();

  /** Changes that earlier calls have left, in their order. */
  private final Map<FlowKey, FlowMod> left = new LinkedHashMap<>();

  private final Set<Message> owed = new LinkedHashSet<>();

  /** What follows from changes of which some are left. */
  private final Set<Message> owedLater = new LinkedHashSet<>();

  private Optional<Programmed> last = Optional.empty();

  /** What a switch holds. */
  record Contents(Map<FlowKey, Flow> flows, Set<MeterConfig> meters) {}

  /** What there was beside flows when a call ended. */
  private record Programmed(Set<MeterConfig> meters, Map<String, Integer> wired) {}

  /** A switch; it does everything in the order of the calls. */
  interface Bridge {

    /** Returns when all changes are made; when it throws, some may be. */
    void apply(List<FlowMod> changes) throws IOException, InterruptedException;

    /** Sends messages that have no reply. */
    void send(List<? extends Message> messages);

    /** Returns when everything sent before has taken effect. */
    void barrier() throws IOException, InterruptedException;
  }

  /** The switch at the other end of a connection. */
  record Connected(OpenFlowConnection connection) implements Bridge {

    @Override
    public void apply(List<FlowMod> changes) throws IOException, InterruptedException {
      SwitchLink.await(connection.apply(changes));
    }

    @Override
    public void send(List<? extends Message> messages) {
      connection.send(messages);
    }

    @Override
    public void barrier() throws IOException, InterruptedException {
      SwitchLink.await(connection.barrier());
    }
  }

  /**
   * Brings the switch nearer to what follows from the view, or throws and is to be called again
   * with what is there then.
   *
   * @param there what the switch holds; empty if that is what the last call has brought it to
   * @return what is to be changed that was not yet to be
   */
  FlowDiff program(Bridge bridge, Optional<Contents> there, HostView view)
      throws IOException, InterruptedException {
    FlowDiff change = compiler.compile(view);
    FlowDiff diff =
        there.map(held -> FlowDiff.between(compiler.flows(), held.flows().values())).orElse(change);
    List<FlowMod> changes = diff.changes();
    Set<Message> forgotten = changes.size() <= MAX_CHANGES ? owed : owedLater;
    forgotten.addAll(
        last.map(before -> forgotten(before.wired(), view.wired(), change))
            .orElseGet(() -> Zones.toFlush(diff)));
    Set<MeterConfig> held =
        there.map(Contents::meters).or(() -> last.map(Programmed::meters)).orElse(Set.of());
    Set<MeterConfig> meters = compiler.meters();
    List<FlowMod> next = next(changes, there.isPresent());
    if (isDone()) {
      owed.addAll(owedLater);
    }
    if (!owed.isEmpty() || !next.isEmpty() || !meters.equals(held)) {
      LOG.info("{} changes of flows, {} are left for later", next.size(), left.size());
      bridge.send(meterChanges(held, meters));
      bridge.apply(next);
      bridge.send(List.copyOf(owed));
      if (isDone()) {
        bridge.send(surplusMeters(held, meters));
      }
      bridge.barrier();
    }
    owed.clear();
    if (isDone()) {
      owedLater.clear();
    }
    last = Optional.of(new Programmed(isDone() ? meters : union(held, meters), view.wired()));
    return diff;
  }

  /** Takes as many changes as there may be at once, the newest first, and leaves the others. */
  private List<FlowMod> next(List<FlowMod> changes, boolean all) {
    if (all) {
      left.clear();
    }
    changes.forEach(change -> left.remove(change.flow().key()));
    List<FlowMod> todo = new ArrayList<>(changes);
    todo.addAll(left.values());
    List<FlowMod> next = List.copyOf(todo.subList(0, Math.min(MAX_CHANGES, todo.size())));
    left.clear();
    todo.subList(next.size(), todo.size()).forEach(mod -> left.put(mod.flow().key(), mod));
    return next;
  }

  /** Whether the switch holds all that the last call was to bring it to. */
  boolean isDone() {
    return left.isEmpty();
  }

  /** How many flows the switch shall hold. */
  int flows() {
    return compiler.size();
  }

  private static List<Message> forgotten(
      Map<String, Integer> before, Map<String, Integer> wired, FlowDiff change) {
    List<Message> forgotten = new ArrayList<>(Zones.ofMoved(before, wired));
    forgotten.addAll(Zones.toFlush(change));
    return forgotten;
  }

  /** All that are wanted, and of the others those that flows which are still there refer to. */
  private static Set<MeterConfig> union(Set<MeterConfig> there, Set<MeterConfig> wanted) {
    Map<Integer, MeterConfig> byId = new HashMap<>();
    there.forEach(meter -> byId.put(meter.meterId(), meter));
    wanted.forEach(meter -> byId.put(meter.meterId(), meter));
    return Set.copyOf(byId.values());
  }

  private static List<MeterMod> meterChanges(Set<MeterConfig> there, Set<MeterConfig> wanted) {
    Set<Integer> ids = new HashSet<>();
    there.forEach(meter -> ids.add(meter.meterId()));
    return wanted.stream()
        .filter(meter -> !there.contains(meter))
        .map(
            meter ->
                new MeterMod(
                    ids.contains(meter.meterId()) ? MeterCommand.MODIFY : MeterCommand.ADD, meter))
        .toList();
  }

  private static List<MeterMod> surplusMeters(Set<MeterConfig> there, Set<MeterConfig> wanted) {
    Set<Integer> ids = new HashSet<>();
    wanted.forEach(meter -> ids.add(meter.meterId()));
    return there.stream()
        .filter(meter -> !ids.contains(meter.meterId()))
        .map(meter -> new MeterMod(MeterCommand.DELETE, meter))
        .toList();
  }
}
