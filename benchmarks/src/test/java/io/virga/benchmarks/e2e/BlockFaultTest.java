package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.soak.BlockSoak;
import io.virga.benchmarks.soak.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block store that is killed, filled, and asked for snapshots under load; for a short time. */
@Tag("e2e")
class BlockFaultTest {

  private static final Duration DURATION = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void nothingAcknowledgedIsLostAndNothingForeignIsSeen() {
    Path root = Path.of(System.getProperty("virga.root"));
    long seed = new Random().nextInt(Integer.MAX_VALUE);

    Soak.Outcome outcome =
        new BlockSoak()
            .run(new Soak.Conditions(root, directory, DURATION, seed), System.out::println);

    assertThat(outcome.damage().isNone()).as("seed %d: %s", seed, outcome.damage()).isTrue();
    assertThat(outcome.faults()).isPositive();
  }
}
