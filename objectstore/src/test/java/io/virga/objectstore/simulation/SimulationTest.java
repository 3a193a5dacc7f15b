package io.virga.objectstore.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to nodes, network, clocks, disks and rings: what was acknowledged is read again,
 * nothing that was deleted comes back, listings hold what is there, and all replicas become the
 * same.
 *
 * <p>{@code -Dvirga.simulation.runs=N} asks for runs of seeds that nobody has tried yet, {@code
 * -Dvirga.simulation.seed=S} for the one of a seed.
 */
@Timeout(3600)
class SimulationTest {

  private static final int RUNS = Integer.getInteger("virga.simulation.runs", 0);
  private static final long SEED = Long.getLong("virga.simulation.seed", -1);
  private static final int USUAL_RUNS = 60;

  /** Closing waits for threads of devices; other runs need not wait for that. */
  private static final int CLOSING = 16;

  @Test
  void keepsWhatItHasAcknowledged() throws Exception {
    long first = SEED >= 0 ? SEED : RUNS == 0 ? 1 : new SecureRandom().nextInt(Integer.MAX_VALUE);
    int runs = SEED >= 0 ? 1 : RUNS == 0 ? USUAL_RUNS : RUNS;
    System.out.printf("simulation: seeds %d to %d%n", first, first + runs - 1);
    int acknowledged = 0;
    List<Future<Boolean>> closing = new ArrayList<>();
    try (ExecutorService closer = Executors.newFixedThreadPool(CLOSING)) {
      for (long seed = first; seed < first + runs; seed++) {
        Run run = run(seed);
        closing.add(closer.submit(run.close()));
        acknowledged += run.outcome().acknowledged();
        assertThat(run.outcome().violations())
            .as("seed %d, faults %s", seed, String.join("\n", run.outcome().faults()))
            .isEmpty();
      }
      for (Future<Boolean> one : closing) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(acknowledged).isGreaterThan(10 * runs);
  }

  /**
   * Seeds that found a fault each, of what QuorumRead, ObjectWriter, Pass and QuorumWrite say of
   * moves, and Write of what one replica copies to another.
   */
  @ParameterizedTest
  @ValueSource(longs = {5118, 20124, 173, 1653383734, 200068, 88336743})
  void keepsWhatItOnceLost(long seed) throws Exception {
    Run run = run(seed);
    run.close().call();
    assertThat(run.outcome().violations()).as("faults %s", run.outcome().faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void comesToTheSameFromTheSameSeed(long seed) throws Exception {
    Run one = run(seed);
    Run other = run(seed);
    one.close().call();
    other.close().call();
    assertThat(one.outcome()).isEqualTo(other.outcome());
  }

  private record Run(Simulation.Outcome outcome, Callable<Boolean> close) {}

  private static Run run(long seed) throws IOException {
    Path home = Directories.make();
    Simulation simulation = new Simulation(seed, home);
    Simulation.Outcome outcome = simulation.run();
    return new Run(
        outcome,
        () -> {
          simulation.close();
          Directories.delete(home);
          return true;
        });
  }
}
