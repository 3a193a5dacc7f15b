package io.virga.computeagent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.computeagent.domain.Instances;
import io.virga.computeagent.domain.LiveDomain;
import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.PowerState;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceReconcilerTest {

  private static final String ID = Instances.ID;

  private final FakeHypervisor hypervisor = new FakeHypervisor();
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private InstanceMemory memory = new InstanceMemory();
  private final InstanceReconciler reconciler =
      new InstanceReconciler(hypervisor, Instances.host(), new NoFiles(), () -> now);

  private static final class NoFiles implements InstanceFiles {
    @Override
    public void prepare(InstanceSpec spec) {}

    @Override
    public void delete(String instanceId) {}
  }

  private Outcome look(InstanceSpec spec) {
    return reconciler.reconcile(spec, memory);
  }

  private ObservedState settle(InstanceSpec spec) {
    for (int round = 0; round < 20; round++) {
      Outcome outcome = look(spec);
      if (outcome.again().isEmpty()) {
        return outcome.observed();
      }
      now = now.plus(outcome.again().get());
    }
    throw new AssertionError("does not settle: " + look(spec));
  }

  private FakeHypervisor.Domain domain() {
    return hypervisor.domain(ID);
  }

  @Test
  void startsWhatIsToRun() {
    ObservedState observed = settle(Instances.running());
    assertThat(observed.status()).isEqualTo(Status.READY);
    assertThat(observed.generation()).isEqualTo(1);
    assertThat(observed.details())
        .isEqualTo(Map.of("power", "running", "startedAt", "2026-11-21T12:00:00Z"));
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
  }

  @Test
  void doesNothingToWhatIsAsDesired() {
    InstanceSpec spec = Instances.running();
    settle(spec);
    hypervisor.calls.clear();
    memory = new InstanceMemory();
    settle(spec);
    assertThat(hypervisor.calls).doesNotContain("define", "start", "destroy", "metadata", "attach");
  }

  @Test
  void makesQemuWaitForABlockstoreThatIsAway() {
    settle(Instances.with(Instances.running(), Instances.root(), Instances.data()));
    assertThat(hypervisor.nodes.get(ID)).hasSize(2);
    settle(Instances.with(Instances.running(), Instances.root()));
    assertThat(hypervisor.nodes.get(ID)).hasSize(1);
  }

  @Test
  void pausesAndGoesOnWithoutAStart() {
    InstanceSpec spec = Instances.running();
    settle(spec);
    InstanceSpec paused = Instances.with(spec, PowerState.PAUSED);
    assertThat(settle(paused).details()).containsEntry("power", "paused");
    assertThat(domain().phase).isEqualTo(Phase.PAUSED);
    InstanceSpec more = Instances.with(paused, Instances.root(), Instances.data());
    assertThat(settle(more).generation()).isEqualTo(3);
    memory = new InstanceMemory();
    InstanceSpec running = Instances.with(more, PowerState.RUNNING);
    assertThat(settle(running).details()).containsEntry("power", "running");
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    assertThat(domain().starts).as("a paused guest is no unfinished start").isEqualTo(1);
    assertThat(domain().definition.applied().paused()).isFalse();
  }

  @Test
  void rebootsAPausedGuestHard() {
    InstanceSpec paused = Instances.with(started(), PowerState.PAUSED);
    settle(paused);
    settle(Instances.hardRebooted(Instances.with(paused, PowerState.RUNNING)));
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    assertThat(domain().starts).isEqualTo(2);
  }

  @Test
  void savesMemoryAndGoesOnFromIt() {
    InstanceSpec suspended = Instances.with(started(), PowerState.SUSPENDED);
    assertThat(settle(suspended).details()).containsEntry("power", "suspended");
    assertThat(domain().phase).isEqualTo(Phase.SAVED);
    memory = new InstanceMemory();
    settle(suspended);
    InstanceSpec resumed = Instances.with(suspended, PowerState.RUNNING);
    look(resumed);
    memory = new InstanceMemory();
    assertThat(settle(resumed).generation()).isEqualTo(3);
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    assertThat(domain().loads).isEqualTo(1);
    assertThat(domain().starts).as("the agent was killed while it was loaded").isEqualTo(1);
  }

  @Test
  void forgetsSavedMemoryWhenItIsToBeginAnew() {
    InstanceSpec suspended = Instances.with(started(), PowerState.SUSPENDED);
    settle(suspended);
    settle(Instances.hardRebooted(Instances.with(suspended, PowerState.RUNNING)));
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    assertThat(domain().loads).isZero();
    assertThat(domain().starts).isEqualTo(2);
  }

  @Test
  void isOffWhenThereIsNothingToPause() {
    InstanceSpec stopped = Instances.with(started(), PowerState.STOPPED);
    settle(stopped);
    assertThat(settle(Instances.with(stopped, PowerState.PAUSED)).details())
        .containsEntry("power", "stopped");
  }

  @Test
  void plugsCardsIntoARunningGuestAndOutOfIt() {
    InstanceSpec spec = started();
    settle(Instances.with(spec, Instances.nic(), Instances.otherNic()));
    assertThat(domain().running.nics()).hasSize(2);
    assertThat(domain().definition.nics()).hasSize(2);
    settle(Instances.with(spec, Instances.otherNic()));
    assertThat(domain().running.nics())
        .singleElement()
        .satisfies(nic -> assertThat(nic.portId()).isEqualTo(Instances.otherNic().portId()));
    assertThat(domain().starts).isEqualTo(1);
  }

  @Test
  void defersToAnExportThatIsNotThere() {
    hypervisor.exportsAway.add(Instances.root().exportName());
    assertThatThrownBy(() -> look(Instances.running()))
        .isInstanceOfSatisfying(
            HypervisorException.class,
            e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.DISK_AWAY));
    hypervisor.exportsAway.clear();
    assertThat(settle(Instances.running()).status()).isEqualTo(Status.READY);
    assertThat(domain().starts).isEqualTo(1);
  }

  @Test
  void rebootsHardExactlyOnce() {
    InstanceSpec spec = Instances.running();
    settle(spec);
    InstanceSpec rebooted = Instances.hardRebooted(spec);
    settle(rebooted);
    memory = new InstanceMemory();
    settle(rebooted);
    settle(Instances.with(rebooted, PowerState.RUNNING));
    assertThat(domain().starts).isEqualTo(2);
  }

  @Test
  void rebootsSoftlyAndHardWhenTheGuestDoesNotListen() {
    InstanceSpec spec = Instances.softRebooted(started());
    Outcome outcome = look(spec);
    assertThat(outcome.observed().status()).isEqualTo(Status.PENDING);
    assertThat(domain().rebootRequests).isEqualTo(1);
    now = now.plus(InstanceReconciler.ASK_AGAIN);
    look(spec);
    assertThat(domain().rebootRequests).isEqualTo(2);
    now = now.plus(InstanceReconciler.SOFT_REBOOT_PATIENCE);
    assertThat(settle(spec).status()).isEqualTo(Status.READY);
    assertThat(domain().starts).isEqualTo(2);
    settle(spec);
    assertThat(domain().starts).isEqualTo(2);
  }

  @Test
  void isDoneWithASoftRebootWhenTheGuestHasRebooted() {
    InstanceSpec spec = Instances.softRebooted(started());
    look(spec);
    memory.guestRebooted();
    assertThat(settle(spec).status()).isEqualTo(Status.READY);
    now = now.plus(Duration.ofHours(1));
    settle(spec);
    assertThat(domain().starts).isEqualTo(1);
    assertThat(domain().rebootRequests).isEqualTo(1);
  }

  @Test
  void stopsAGuestThatListens() {
    InstanceSpec spec = Instances.with(started(), PowerState.STOPPED);
    ObservedState observed = settle(spec);
    assertThat(observed.status()).isEqualTo(Status.READY);
    assertThat(observed.details()).isEqualTo(Map.of("power", "stopped"));
    assertThat(hypervisor.calls).doesNotContain("destroy");
  }

  @Test
  void endsAGuestThatDoesNotListenAfterAMinute() {
    InstanceSpec spec = Instances.with(started(), PowerState.STOPPED);
    hypervisor.guestsListen = false;
    look(spec);
    now = now.plus(InstanceReconciler.ASK_AGAIN);
    look(spec);
    assertThat(domain().shutdownRequests).isEqualTo(2);
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    now = now.plus(InstanceReconciler.SHUTDOWN_PATIENCE);
    assertThat(settle(spec).details()).containsEntry("power", "stopped");
  }

  @Test
  void startsAgainWhatWasStopped() {
    InstanceSpec stopped = Instances.with(started(), PowerState.STOPPED);
    settle(stopped);
    settle(Instances.with(stopped, PowerState.RUNNING));
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
  }

  @Test
  void leavesAGuestOffThatHasSwitchedItselfOff() {
    InstanceSpec spec = started();
    hypervisor.end(ID, Phase.OFF_BY_GUEST);
    assertThat(settle(spec).details()).containsEntry("power", "stopped");
    // libvirtd was restarted: the reason is forgotten.
    domain().phase = Phase.OFF;
    memory = new InstanceMemory();
    assertThat(settle(spec).details()).containsEntry("power", "stopped");
    assertThat(domain().starts).isEqualTo(1);
    settle(Instances.with(spec, PowerState.RUNNING));
    assertThat(domain().starts).isEqualTo(2);
  }

  @Test
  void startsAgainWhatAFaultHasEndedEverLater() {
    InstanceSpec spec = started();
    hypervisor.end(ID, Phase.OFF);
    look(spec);
    assertThat(domain().starts).isEqualTo(2);
    hypervisor.end(ID, Phase.OFF);
    Outcome outcome = look(spec);
    assertThat(outcome.observed().details()).containsEntry("power", "crashed");
    assertThat(outcome.observed().status()).isEqualTo(Status.PENDING);
    assertThat(outcome.again()).contains(Duration.ofSeconds(2));
    assertThat(domain().starts).isEqualTo(2);
    now = now.plusSeconds(2);
    look(spec);
    assertThat(domain().starts).isEqualTo(3);
    hypervisor.end(ID, Phase.OFF);
    assertThat(look(spec).again()).contains(Duration.ofSeconds(4));
  }

  @Test
  void resumesAGuestThatAFailingDiskHasHalted() {
    InstanceSpec spec = started();
    domain().phase = Phase.PAUSED_BY_DISK;
    assertThat(settle(spec).status()).isEqualTo(Status.READY);
    assertThat(domain().phase).isEqualTo(Phase.RUNNING);
    assertThat(domain().starts).isEqualTo(1);
  }

  @Test
  void attachesAndDetachesWhileTheGuestRuns() {
    InstanceSpec spec = started();
    InstanceSpec attached = Instances.with(spec, Instances.root(), Instances.data());
    assertThat(settle(attached).details()).doesNotContainKey("diskDetached:" + data());
    assertThat(domain().running.disks()).extracting(LiveDisk::device).containsExactly("vda", "vdb");
    assertThat(domain().definition.disks()).hasSize(2);
    InstanceSpec detached = Instances.with(attached, Instances.root());
    assertThat(settle(detached).details()).containsEntry("diskDetached:" + data(), "true");
    InstanceSpec again = Instances.with(detached, Instances.root(), reattached());
    assertThat(settle(again).details()).doesNotContainKey("diskDetached:" + data());
    assertThat(domain().starts).isEqualTo(1);
  }

  @Test
  void saysDetachedOnlyWhenTheGuestHasLetGo() {
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    hypervisor.guestsListen = false;
    InstanceSpec detached = Instances.with(attached, Instances.root());
    Outcome waiting = look(detached);
    assertThat(waiting.observed().status()).isEqualTo(Status.PENDING);
    assertThat(waiting.observed().details()).doesNotContainKey("diskDetached:" + data());
    now = now.plus(DiskConvergence.PATIENCE).plusSeconds(1);
    Outcome late = look(detached);
    assertThat(late.observed().status()).isEqualTo(Status.FAILED);
    assertThat(late.observed().error()).get().asString().contains(data());
    hypervisor.release(ID);
    ObservedState done = settle(detached);
    assertThat(done.status()).isEqualTo(Status.READY);
    assertThat(done.details()).containsEntry("diskDetached:" + data(), "true");
  }

  @Test
  void waitsForTheLetterOfADiskThatIsStillThere() {
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    hypervisor.guestsListen = false;
    InstanceSpec moved = Instances.with(attached, Instances.root(), reattached());
    assertThat(look(moved).observed().status()).isEqualTo(Status.PENDING);
    hypervisor.release(ID);
    settle(moved);
    assertThat(domain().running.disks())
        .extracting(LiveDisk::exportName)
        .containsExactly(Instances.root().exportName(), reattached().exportName());
  }

  @Test
  void takesADiskFromAStoppedInstance() {
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    InstanceSpec stopped = Instances.with(attached, PowerState.STOPPED);
    settle(stopped);
    InstanceSpec detached = Instances.with(stopped, Instances.root());
    assertThat(settle(detached).details()).containsEntry("diskDetached:" + data(), "true");
    assertThat(domain().definition.disks()).hasSize(1);
  }

  @Test
  void goesOnWithTheCopyOfADiskOnceItIsWhole() {
    hypervisor.copiesAtOnce = false;
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    InstanceSpec swapped = Instances.with(attached, Instances.root(), Instances.dataBefore("next"));
    Outcome copying = look(swapped);
    assertThat(copying.observed().status()).isEqualTo(Status.PENDING);
    look(swapped);
    assertThat(domain().running.disks().get(1).exportName())
        .isEqualTo(Instances.data().exportName());
    assertThat(look(swapped).observed().details()).doesNotContainKey("diskDetached:" + data());
    hypervisor.finishCopy(ID, "vdb");
    ObservedState done = settle(swapped);
    assertThat(done.status()).isEqualTo(Status.READY);
    assertThat(done.details()).containsEntry("diskDetached:" + data(), "true");
    assertThat(exports(domain().running)).containsExactly(Instances.root().exportName(), "next.1");
    assertThat(exports(domain().definition))
        .containsExactly(Instances.root().exportName(), "next.1");
    InstanceSpec rebooted = Instances.hardRebooted(swapped);
    settle(rebooted);
    assertThat(exports(domain().running))
        .as("though control names the earlier one yet")
        .containsExactly(Instances.root().exportName(), "next.1");
    assertThat(hypervisor.calls.stream().filter("copy"::equals)).hasSize(1);
  }

  @Test
  void beginsACopyAgainWithAGuestThatEndedMeanwhile() {
    hypervisor.copiesAtOnce = false;
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    InstanceSpec swapped = Instances.with(attached, Instances.root(), Instances.dataBefore("next"));
    look(swapped);
    hypervisor.end(ID, Phase.OFF);
    Outcome again = look(swapped);
    assertThat(again.observed().details()).doesNotContainKey("diskDetached:" + data());
    assertThat(exports(domain().running))
        .as("what was copied is not whole")
        .containsExactly(Instances.root().exportName(), Instances.data().exportName());
    InstanceSpec stopped = Instances.with(swapped, PowerState.STOPPED);
    ObservedState off = settle(stopped);
    assertThat(off.status()).isEqualTo(Status.READY);
    assertThat(off.details()).doesNotContainKey("diskDetached:" + data());
    assertThat(exports(domain().definition))
        .containsExactly(Instances.root().exportName(), Instances.data().exportName());
    hypervisor.copiesAtOnce = true;
    InstanceSpec running = Instances.with(stopped, PowerState.RUNNING);
    settle(running);
    assertThat(settle(running).details()).containsEntry("diskDetached:" + data(), "true");
    assertThat(exports(domain().running)).containsExactly(Instances.root().exportName(), "next.1");
  }

  @Test
  void givesUpACopyToWhatIsNotDesiredAnyMore() {
    hypervisor.copiesAtOnce = false;
    InstanceSpec attached = Instances.with(started(), Instances.root(), Instances.data());
    settle(attached);
    look(Instances.with(attached, Instances.root(), Instances.dataBefore("next")));
    InstanceSpec other =
        Instances.with(
            Instances.with(attached, Instances.root(), Instances.dataBefore("next")),
            Instances.root(),
            Instances.dataBefore("another"));
    look(other);
    look(other);
    hypervisor.finishCopy(ID, "vdb");
    settle(other);
    assertThat(exports(domain().running))
        .containsExactly(Instances.root().exportName(), "another.1");
  }

  private static List<String> exports(LiveDomain domain) {
    return domain.disks().stream().map(LiveDisk::exportName).toList();
  }

  @Test
  void removesAllThatThereIs() {
    InstanceSpec spec = started();
    InstanceSpec absent = Instances.with(spec, PowerState.ABSENT);
    assertThat(settle(absent).status()).isEqualTo(Status.ABSENT);
    assertThat(hypervisor.domains).isEmpty();
    assertThat(settle(absent).status()).isEqualTo(Status.ABSENT);
  }

  private InstanceSpec started() {
    InstanceSpec spec = Instances.running();
    settle(spec);
    return spec;
  }

  private static String data() {
    return Instances.DATA_VOLUME;
  }

  private static DiskSpec reattached() {
    return new DiskSpec(data(), data() + ".8", "vdb", false);
  }
}
