package io.virga.blockstore.agent;

import io.virga.dataplane.Invariant;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.WatchClient;
import io.virga.dataplane.watch.WatchListener;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears what is desired and has it brought about. Thread-safe once begun. */
final class DesiredWatch implements WatchListener {

  private static final Logger LOG = LoggerFactory.getLogger(DesiredWatch.class);

  private final Pools pools;
  private final Observations observations;
  private final Runnable resendAll;
  private volatile DesiredView view = DesiredView.nothing();
  private volatile Optional<Reconciler<VolumeWork.Thing>> reconciler = Optional.empty();
  private volatile Optional<WatchClient> client = Optional.empty();

  DesiredWatch(Pools pools, Observations observations, Runnable resendAll) {
    this.pools = pools;
    this.observations = observations;
    this.resendAll = resendAll;
  }

  void begin(Reconciler<VolumeWork.Thing> worker) {
    reconciler = Optional.of(worker);
  }

  void follow(WatchClient watched) {
    client = Optional.of(watched);
  }

  DesiredView view() {
    return view;
  }

  Observations observations() {
    return observations;
  }

  @Override
  public void changed(DesiredView newest, Map<Kind, Set<String>> changed) {
    Invariant.check(reconciler.isPresent(), "begun before it follows");
    view = newest;
    for (Kind kind : new Kind[] {Kind.VOLUME, Kind.SNAPSHOT}) {
      changed
          .getOrDefault(kind, Set.of())
          .forEach(id -> reconciler.get().enqueue(new VolumeWork.Thing(kind, id)));
    }
  }

  @Override
  public void connected() {
    resendAll.run();
  }

  /** Tells what has changed by itself. */
  void refresh() {
    try {
      Set<String> named = new HashSet<>(view.of(Kind.VOLUME).keySet());
      named.addAll(view.of(Kind.SNAPSHOT).keySet());
      observations.refresh(pools, named);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("cannot look at the pools", e);
    }
  }

  int failing() {
    return reconciler.map(Reconciler::failing).orElse(0);
  }

  Health health() {
    return client.map(WatchClient::health).orElse(Health.down("starting"));
  }

  Health reconcileHealth() {
    int failing = failing();
    return failing == 0
        ? Health.up("nothing is failing")
        : Health.degraded(failing + " volumes or snapshots are tried again");
  }
}
