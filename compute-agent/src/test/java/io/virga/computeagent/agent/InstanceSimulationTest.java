package io.virga.computeagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.computeagent.domain.Instances;
import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import io.virga.computeagent.libvirt.HypervisorException;
import io.virga.computeagent.libvirt.HypervisorException.Reason;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import io.virga.dataplane.desired.PowerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Changes of mind, faults of libvirt, kills of the agent and of guests, in any order; then quiet,
 * and the instance must come to what is desired. Deterministic given the seed.
 */
class InstanceSimulationTest {

  private static final int RUNS = 300;
  private static final int STEPS = 60;

  @Test
  void comesToWhatIsDesiredAfterAnyTrouble() {
    long first = Long.getLong("virga.test.seed", System.nanoTime());
    for (int run = 0; run < RUNS; run++) {
      new Simulation(first + run).run();
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Simulation {

    private final long seed;
    private final Random random;
    private final FakeHypervisor hypervisor = new FakeHypervisor();
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private InstanceMemory memory = new InstanceMemory();
    private InstanceSpec spec = Instances.running();
    private final InstanceReconciler reconciler;

    Simulation(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.reconciler =
          new InstanceReconciler(
              hypervisor,
              Instances.host(),
              new InstanceFiles() {
                @Override
                public void prepare(InstanceSpec prepared) {}

                @Override
                public void delete(String instanceId) {}
              },
              () -> now);
    }

    void run() {
      hypervisor.beforeCall = this::trouble;
      for (int step = 0; step < STEPS; step++) {
        happen();
        look();
      }
      hypervisor.beforeCall = () -> {};
      hypervisor.guestsListen = true;
      hypervisor.exportsAway.clear();
      if (hypervisor.domains.containsKey(spec.id())) {
        hypervisor.release(spec.id());
      }
      for (int quiet = 0; quiet < 50; quiet++) {
        now = now.plusSeconds(20);
        look();
      }
      check();
      assertThat(hypervisor.secrets).as("seed %d", seed).isEmpty();
    }

    private void trouble() {
      int dice = random.nextInt(100);
      if (dice < 5) {
        throw new HypervisorException(Reason.AWAY, "away");
      }
      if (dice < 10) {
        memory = new InstanceMemory();
        throw new Killed();
      }
    }

    private void happen() {
      now = now.plus(Duration.ofMillis(random.nextInt(20_000)));
      FakeHypervisor.Domain domain = hypervisor.domains.get(spec.id());
      boolean active = domain != null && domain.phase.active();
      switch (random.nextInt(17)) {
        case 0 -> spec = Instances.with(spec, PowerState.STOPPED);
        case 1, 2 -> spec = Instances.with(spec, PowerState.RUNNING);
        case 3 -> spec = Instances.hardRebooted(spec);
        case 4 -> spec = Instances.softRebooted(spec);
        case 5 -> change(Instances.with(spec, Instances.root(), epoch()));
        case 6 -> change(Instances.with(spec, Instances.root()));
        case 7 -> hypervisor.guestsListen = random.nextBoolean();
        case 8 -> {
          if (active) {
            hypervisor.end(spec.id(), random.nextBoolean() ? Phase.OFF : Phase.CRASHED);
          }
        }
        case 9 -> {
          if (domain != null && domain.phase == Phase.RUNNING) {
            domain.phase = Phase.PAUSED_BY_DISK;
          }
        }
        case 10 -> hypervisor.exportsAway.add(Instances.data().exportName());
        case 11 -> hypervisor.exportsAway.clear();
        case 12 -> memory.guestRebooted();
        case 13 -> spec = Instances.with(spec, PowerState.PAUSED);
        case 14 -> spec = Instances.with(spec, PowerState.SUSPENDED);
        case 15 ->
            spec =
                random.nextBoolean()
                    ? Instances.with(spec, Instances.nic(), Instances.otherNic())
                    : Instances.with(spec, Instances.nic());
        default -> {
          if (active) {
            hypervisor.release(spec.id());
          }
        }
      }
    }

    /** Control attaches nothing to a saved guest, and detaches nothing from it. */
    private void change(InstanceSpec disks) {
      boolean saved =
          Optional.ofNullable(hypervisor.domains.get(spec.id()))
              .filter(domain -> domain.phase == Phase.SAVED)
              .isPresent();
      if (!saved && spec.power() != PowerState.SUSPENDED) {
        spec = disks;
      }
    }

    private static List<Phase> phases(PowerState power) {
      return switch (power) {
        case RUNNING -> List.of(Phase.RUNNING);
        case PAUSED -> List.of(Phase.PAUSED, Phase.OFF, Phase.OFF_BY_GUEST);
        case SUSPENDED -> List.of(Phase.SAVED, Phase.OFF, Phase.OFF_BY_GUEST);
        case STOPPED, ABSENT -> List.of(Phase.OFF, Phase.OFF_BY_GUEST);
      };
    }

    private DiskSpec epoch() {
      long epoch = random.nextInt(3) + 7L;
      return new DiskSpec(
          Instances.DATA_VOLUME,
          Instances.DATA_VOLUME + "." + epoch,
          "vdb",
          false,
          epoch == 7 ? Instances.overIscsi().iscsi() : Optional.empty());
    }

    private void look() {
      try {
        reconciler.reconcile(spec, memory);
      } catch (HypervisorException | Killed e) {
        assertThat(e).as("seed %d", seed).isNotNull();
      }
    }

    private void check() {
      FakeHypervisor.Domain domain = hypervisor.domain(spec.id());
      String what = "seed " + seed + ", " + spec + ", " + hypervisor.calls;
      assertThat(domain.phase).as(what).isIn(phases(spec.power()));
      assertThat(domain.definition.applied().generation()).as(what).isEqualTo(spec.generation());
      if (domain.phase == Phase.SAVED) {
        return;
      }
      assertThat(domain.definition.nics())
          .as(what)
          .extracting(LiveNic::portId)
          .containsExactlyInAnyOrderElementsOf(spec.nics().stream().map(NicSpec::portId).toList());
      assertThat(domain.definition.disks())
          .as(what)
          .extracting(LiveDisk::exportName)
          .containsExactlyInAnyOrderElementsOf(
              spec.disks().stream().map(DiskSpec::exportName).toList());
      if (spec.power() == PowerState.RUNNING) {
        assertThat(domain.phase).as(what).isEqualTo(Phase.RUNNING);
        assertThat(domain.running.disks())
            .as(what)
            .extracting(LiveDisk::exportName)
            .containsExactlyInAnyOrderElementsOf(
                spec.disks().stream().map(DiskSpec::exportName).toList());
        assertThat(domain.definition.applied().hardReboots())
            .as(what)
            .isEqualTo(spec.hardReboots());
        long overNbd = spec.disks().stream().filter(disk -> disk.iscsi().isEmpty()).count();
        assertThat(hypervisor.nodes.get(spec.id())).as(what).hasSize((int) overNbd);
      }
    }
  }
}
