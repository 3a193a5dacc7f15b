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
import io.virga.netagent.pipeline.Meters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what a switch holds into what it shall hold. Which connections are to be forgotten follows
 * from what changes; when an attempt fails half-way, the next one does not see again what has
 * changed already. So they are owed until the switch has taken everything. Used by one thread.
 *
 * <p>A daemon that starts again holds no flows, but the kernel's tracker has kept the connections.
 * What is to be forgotten then follows from what was desired last, and from ports that have got
 * another number.
 */
final class Programming {

  private static final Logger LOG = LoggerFactory.getLogger(Programming.class);

  private final FlowCompiler compiler = new FlowCompiler();
  private final Set<Message> owed = new LinkedHashSet<>();
  private Optional<Programmed> last = Optional.empty();

  /** What a switch holds. */
  record Contents(Map<FlowKey, Flow> flows, Set<MeterConfig> meters) {}

  /** What there was beside flows when all had been taken. */
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
   * Brings the switch to what follows from the view, or throws and is to be called again with what
   * is there then.
   *
   * @param there what the switch holds; empty if that is what the last call has brought it to
   * @return what was changed
   */
  FlowDiff program(Bridge bridge, Optional<Contents> there, HostView view)
      throws IOException, InterruptedException {
    FlowDiff change = compiler.compile(view);
    FlowDiff diff =
        there.map(held -> FlowDiff.between(compiler.flows(), held.flows().values())).orElse(change);
    owed.addAll(
        last.map(before -> forgotten(before.wired(), view.wired(), change))
            .orElseGet(() -> Zones.toFlush(diff)));
    Set<MeterConfig> held =
        there.map(Contents::meters).or(() -> last.map(Programmed::meters)).orElse(Set.of());
    Set<MeterConfig> meters = Set.copyOf(Meters.of(view));
    if (!owed.isEmpty() || !diff.isEmpty() || !meters.equals(held)) {
      LOG.info("{} flows to add, {} to remove", diff.added().size(), diff.removed().size());
      bridge.send(meterChanges(held, meters));
      bridge.apply(diff.changes());
      bridge.send(List.copyOf(owed));
      bridge.send(surplusMeters(held, meters));
      bridge.barrier();
      owed.clear();
    }
    last = Optional.of(new Programmed(meters, view.wired()));
    return diff;
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
