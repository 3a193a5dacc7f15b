package io.virga.computeagent.domain;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.dataplane.desired.InstanceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the agent has done to a domain, kept in the domain's own metadata so that it lives and dies
 * with it.
 *
 * @param generation the generation of the desired state that has been brought about
 * @param hardReboots the hard reboots that have been carried out
 * @param softReboots the soft reboots that have been asked of the guest
 * @param haltedGeneration the generation under which the guest switched itself off; 0 when it did
 *     not
 * @param paused whether the processors are halted because they are to be, or a saved guest is being
 *     loaded; noted before they are, and forgotten after they run again
 * @param startedAt when the guest was last started
 * @param detachedVolumes the last volumes that were asked back, oldest first, at most {@value
 *     #MAX_DETACHED}; noted before the guest is asked, so one may be there still
 */
public record AppliedState(
    long generation,
    long hardReboots,
    long softReboots,
    long haltedGeneration,
    boolean paused,
    Optional<Instant> startedAt,
    List<String> detachedVolumes) {

  /** Enough for every disk letter. */
  static final int MAX_DETACHED = 32;

  public AppliedState {
    detachedVolumes = List.copyOf(detachedVolumes);
  }

  /** Nothing has been done. */
  public static final AppliedState NONE =
      new AppliedState(0, 0, 0, 0, false, Optional.empty(), List.of());

  /** A fresh start by this desired state carries out every reboot that was asked for until now. */
  public AppliedState started(InstanceSpec spec, Instant now) {
    return new AppliedState(
        spec.generation(),
        spec.hardReboots(),
        spec.softReboots(),
        0,
        false,
        Optional.of(now),
        detachedVolumes);
  }

  /** The desired state has been brought about. */
  public AppliedState at(InstanceSpec spec) {
    return with(spec.generation(), softReboots, haltedGeneration, paused);
  }

  /** The guest has been asked to reboot as often as is desired. */
  public AppliedState softRebooted(InstanceSpec spec) {
    return with(generation, spec.softReboots(), haltedGeneration, paused);
  }

  /** The guest has switched itself off although it was to run. */
  public AppliedState halted(InstanceSpec spec) {
    return with(generation, softReboots, spec.generation(), paused);
  }

  /** The processors are halted on demand, or not. */
  public AppliedState paused(boolean halted) {
    return with(generation, softReboots, haltedGeneration, halted);
  }

  /** With only those detached volumes that the domain really has no more. */
  public AppliedState confirmedBy(LiveDomain running, LiveDomain definition) {
    Set<String> there =
        Stream.concat(running.disks().stream(), definition.disks().stream())
            .map(LiveDisk::volumeId)
            .collect(Collectors.toSet());
    return with(detachedVolumes.stream().filter(id -> !there.contains(id)).toList());
  }

  /** These volumes are asked back, and those that are desired again are forgotten. */
  public AppliedState detached(List<String> volumeIds, InstanceSpec spec) {
    List<String> kept = new ArrayList<>(detachedVolumes);
    kept.removeAll(volumeIds);
    kept.addAll(volumeIds);
    kept.removeIf(
        id -> spec.disks().stream().anyMatch(disk -> disk.target().volumeId().equals(id)));
    int excess = Math.max(0, kept.size() - MAX_DETACHED);
    return with(kept.subList(excess, kept.size()));
  }

  private AppliedState with(long atGeneration, long soft, long halted, boolean isPaused) {
    return new AppliedState(
        atGeneration, hardReboots, soft, halted, isPaused, startedAt, detachedVolumes);
  }

  private AppliedState with(List<String> detached) {
    return new AppliedState(
        generation, hardReboots, softReboots, haltedGeneration, paused, startedAt, detached);
  }
}
