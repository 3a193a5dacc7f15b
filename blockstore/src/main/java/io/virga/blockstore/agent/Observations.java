package io.virga.blockstore.agent;

import io.virga.blockstore.contents.Reading;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.engine.VolumeInfo;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What control is told, as it changes. Thread-safe. */
final class Observations {

  private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

  private final String host;
  private final Map<String, String> doors;
  private final Consumer<ObservedState> reporter;
  private final Map<String, Long> readyVolumes = new ConcurrentHashMap<>();
  private final AtomicInteger unknown = new AtomicInteger();
  private final AtomicLong capacityBytes = new AtomicLong();
  private final AtomicLong usedBytes = new AtomicLong();

  /**
   * @param doors where volumes are opened: details of the host
   */
  Observations(String host, Map<String, String> doors, Consumer<ObservedState> reporter) {
    this.host = host;
    this.doors = Map.copyOf(doors);
    this.reporter = reporter;
  }

  /** Volumes and snapshots on disk that control does not name. */
  int unknown() {
    return unknown.get();
  }

  long capacityBytes() {
    return capacityBytes.get();
  }

  long usedBytes() {
    return usedBytes.get();
  }

  void ready(Kind kind, DesiredState state) {
    report(kind, state.id(), state.generation(), Status.READY, Map.of());
  }

  void volumeReady(VolumeSpec spec, Pool pool) throws InterruptedException {
    readyVolumes.put(spec.id(), spec.generation());
    Pools.join(pool.describe(VolumeKind.VOLUME, spec.id()))
        .ifPresent(info -> volume(info, spec.generation()));
  }

  void absent(Kind kind, DesiredState state) {
    readyVolumes.remove(state.id());
    report(kind, state.id(), state.generation(), Status.ABSENT, Map.of());
  }

  void notReady(Kind kind, DesiredState state, boolean failed, String reason) {
    readyVolumes.remove(state.id());
    reporter.accept(
        new ObservedState(
            kind.wireName(),
            state.id(),
            state.generation(),
            failed ? Status.FAILED : Status.PENDING,
            failed ? Optional.of(reason) : Optional.empty(),
            Map.of()));
  }

  /** Looks at everything: what has changed by itself is told. */
  void refresh(Pools pools, Set<String> named) throws InterruptedException {
    List<VolumeInfo> all = pools.list();
    Set<String> strangers = new HashSet<>();
    for (VolumeInfo info : all) {
      Long generation = readyVolumes.get(info.name());
      if (info.kind() == VolumeKind.VOLUME && generation != null) {
        volume(info, generation);
      }
      if (info.kind() != VolumeKind.IMAGE
          && !Reading.isOf(info.kind(), info.name())
          && !named.contains(info.name())) {
        strangers.add(info.kind() + " " + info.name());
      }
    }
    if (unknown.getAndSet(strangers.size()) != strangers.size()) {
      LOG.warn(
          "{} on disk are not named by control, and are kept: {}", strangers.size(), strangers);
    }
    refreshHost(pools);
  }

  private void refreshHost(Pools pools) throws InterruptedException {
    long capacity = 0;
    long used = 0;
    for (Pools.Usage each : pools.usages()) {
      Pool.Usage usage = each.usage();
      capacity += usage.capacityBytes();
      used += usage.usedBytes();
    }
    capacityBytes.set(capacity);
    usedBytes.set(used);
    Map<String, String> details = new HashMap<>(doors);
    details.put("diskBytes", Long.toString(capacity));
    details.put("diskUsedBytes", Long.toString(used));
    reporter.accept(
        new ObservedState("host", host, 1, Status.READY, Optional.empty(), Map.copyOf(details)));
  }

  private void volume(VolumeInfo info, long generation) {
    report(
        Kind.VOLUME,
        info.name(),
        generation,
        Status.READY,
        Map.of("fetched", Boolean.toString(info.fetched())));
  }

  private void report(
      Kind kind, String id, long generation, Status status, Map<String, String> details) {
    reporter.accept(
        new ObservedState(kind.wireName(), id, generation, status, Optional.empty(), details));
  }
}
