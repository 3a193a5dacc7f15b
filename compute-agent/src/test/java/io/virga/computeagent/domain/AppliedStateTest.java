package io.virga.computeagent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.InstanceSpec;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AppliedStateTest {

  @Test
  void aStartCarriesOutEveryRebootAskedForUntilNow() {
    InstanceSpec spec = Instances.softRebooted(Instances.hardRebooted(Instances.running()));
    AppliedState applied = AppliedState.NONE.halted(spec).started(spec, Instant.EPOCH);
    assertThat(applied.hardReboots()).isEqualTo(1);
    assertThat(applied.softReboots()).isEqualTo(1);
    assertThat(applied.haltedGeneration()).isZero();
    assertThat(applied.generation()).isEqualTo(spec.generation());
  }

  @Test
  void forgetsADetachedVolumeThatIsDesiredAgain() {
    InstanceSpec without = Instances.running();
    AppliedState detached = AppliedState.NONE.detached(List.of(Instances.DATA_VOLUME), without);
    assertThat(detached.detachedVolumes()).containsExactly(Instances.DATA_VOLUME);
    InstanceSpec with = Instances.with(without, Instances.root(), Instances.data());
    assertThat(detached.detached(List.of(), with).detachedVolumes()).isEmpty();
  }

  @Test
  void remembersABoundedNumberOfDetachedVolumes() {
    AppliedState state = AppliedState.NONE;
    for (int i = 0; i < 100; i++) {
      state = state.detached(List.of("v" + i), Instances.running());
    }
    assertThat(state.detachedVolumes())
        .isEqualTo(
            IntStream.range(100 - AppliedState.MAX_DETACHED, 100).mapToObj(i -> "v" + i).toList());
  }
}
