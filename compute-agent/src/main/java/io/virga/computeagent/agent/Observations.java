package io.virga.computeagent.agent;

import io.virga.computeagent.domain.AppliedState;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The words in which an instance is reported (docs/ARCHITECTURE.md §11). */
final class Observations {

  /** The power that is reported. */
  enum Power {
    RUNNING("running"),
    PAUSED("paused"),
    SUSPENDED("suspended"),
    STOPPED("stopped"),
    CRASHED("crashed");

    private final String wireName;

    Power(String wireName) {
      this.wireName = wireName;
    }
  }

  private Observations() {}

  static ObservedState ready(InstanceSpec spec, Power power, AppliedState applied) {
    return of(spec.id(), spec.generation(), Status.READY, details(power, applied));
  }

  static ObservedState pending(InstanceSpec spec, Power power, AppliedState applied) {
    return of(spec.id(), spec.generation(), Status.PENDING, details(power, applied));
  }

  static ObservedState absent(InstanceSpec spec) {
    return of(spec.id(), spec.generation(), Status.ABSENT, Map.of());
  }

  /** A domain that control has not named: told, never touched. */
  static ObservedState unknown(String instanceId, Power power, AppliedState applied) {
    return of(instanceId, applied.generation(), Status.READY, details(power, applied));
  }

  private static Map<String, String> details(Power power, AppliedState applied) {
    Map<String, String> details = new HashMap<>();
    details.put("power", power.wireName);
    if (power == Power.RUNNING) {
      applied.startedAt().ifPresent(at -> details.put("startedAt", at.toString()));
    }
    applied.detachedVolumes().forEach(id -> details.put("diskDetached:" + id, "true"));
    return details;
  }

  private static ObservedState of(
      String id, long generation, Status status, Map<String, String> details) {
    return new ObservedState(
        Kind.INSTANCE.wireName(), id, generation, status, Optional.empty(), details);
  }
}
