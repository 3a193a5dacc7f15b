package io.virga.control.operator.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.watch.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@Timeout(60)
final class SupervisorTest {

  @TempDir private Path folder;

  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Run> runs = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Run run : runs) {
      run.supervisor.stop();
      run.thread.join();
    }
    blocking.close();
  }

  @Test
  void startsAKilledProcessAgain() throws Exception {
    Run run = run(plan("a", List.of()));
    long first = run.await(state -> up(state, "a")).pid();
    assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();
    long second = run.await(state -> up(state, "a") && state.getFirst().pid() != first).pid();
    assertThat(ProcessHandle.of(second).orElseThrow().isAlive()).isTrue();
  }

  @Test
  void startsAndStopsInOrder() throws Exception {
    Run run = run(plan("database", List.of()), plan("control", List.of("database")));
    run.await(state -> up(state, "control"));
    run.supervisor.stop();
    run.thread.join();
    List<String> ended = new ArrayList<>();
    for (List<ChildStatus> state : run.seen) {
      state.stream()
          .filter(s -> s.state() == ChildState.STOPPED && !ended.contains(s.name()))
          .forEach(s -> ended.add(s.name()));
    }
    assertThat(ended).containsExactly("control", "database");
  }

  @Test
  void anotherSupervisorTakesOverWhatRuns() throws Exception {
    Plan plan = plan("a", List.of());
    PosixLauncher launcher = new PosixLauncher(folder, folder);
    Running left = launcher.launch(plan);
    Path pid = folder.resolve("a.pid");
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      Thread.onSpinWait();
    }
    Run run = run(plan);
    assertThat(run.await(state -> up(state, "a")).pid()).isEqualTo(left.pid());
    run.supervisor.stop();
    run.thread.join();
    // The JDK tells of the end of its own child a moment after the system does.
    Eventually.isTrue("it has ended", () -> !left.alive());
  }

  @Test
  void aPidThatWasGivenToAnotherProcessIsNotTakenOver() throws Exception {
    long self = ProcessHandle.current().pid();
    new PidFile(folder, "a").write(self);
    assertThat(new PidFile(folder, "a").read()).isPresent();
    Path birth = folder.resolve("a.birth");
    String later = ProcFile.of(self).orElseThrow().startTicks();
    Files.writeString(birth, Files.readString(birth).replace(" " + later + " ", " 1 "));
    assertThat(new PidFile(folder, "a").read()).isEmpty();
  }

  @Test
  void saysWhyAProcessEnded() throws Exception {
    String script =
        "echo 'port 8700 is taken' >&2; echo '[5.784s][warning][aot] Skipping a/B: Unlinked'; exit 1";
    Plan.Start start = new Plan.Start(() -> {}, () -> List.of("sh", "-c", script), Map.of());
    Run run =
        run(
            new Plan(
                "a",
                start,
                () -> Health.down("not yet"),
                Plan.Order.ANY,
                Plan.Stop.within(Duration.ofSeconds(5))));
    ChildStatus status = run.await(state -> state.getFirst().state() == ChildState.RESTARTING);
    assertThat(status.detail()).isEqualTo("ended with status 1: port 8700 is taken");
  }

  @Test
  void onlyOneSupervisorHasTheLock() throws Exception {
    try (SupervisorLock lock = SupervisorLock.acquire(folder).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(SupervisorLock.acquire(folder)).isEmpty();
    }
    SupervisorLock.acquire(folder).orElseThrow().close();
  }

  @Test
  void waitsForTheLockUntilItsHolderGivesItUp() throws Exception {
    SupervisorLock first = SupervisorLock.acquire(folder).orElseThrow();
    assertThat(SupervisorLock.acquire(folder, Duration.ofMillis(50))).isEmpty();
    CompletableFuture<Optional<SupervisorLock>> second =
        CompletableFuture.supplyAsync(() -> acquired(folder));
    first.close();
    second.get(10, TimeUnit.SECONDS).orElseThrow().close();
  }

  private static Optional<SupervisorLock> acquired(Path folder) {
    try {
      return SupervisorLock.acquire(folder, Duration.ofSeconds(10));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Plan plan(String name, List<String> after) {
    return new Plan(
        name,
        new Plan.Start(() -> {}, () -> List.of("sleep", "300"), Map.of()),
        Health::up,
        new Plan.Order(after, List.of()),
        Plan.Stop.within(Duration.ofSeconds(5)));
  }

  private Run run(Plan... plans) {
    Run run = new Run(List.of(plans));
    runs.add(run);
    return run;
  }

  private static boolean up(List<ChildStatus> state, String name) {
    return state.stream().anyMatch(s -> s.name().equals(name) && s.state() == ChildState.UP);
  }

  /** A supervisor on a thread of its own, and what it said. */
  private final class Run {
    private final BlockingQueue<List<ChildStatus>> states = new LinkedBlockingQueue<>();
    private final List<List<ChildStatus>> seen = new ArrayList<>();
    private final Supervisor supervisor;
    private final Thread thread;

    Run(List<Plan> plans) {
      supervisor =
          new Supervisor(
              plans,
              Map.of(),
              new PosixLauncher(folder, folder),
              blocking,
              InstantSource.system(),
              state -> {
                states.add(state.processes());
                seen.add(state.processes());
              });
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      supervisor.run();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
    }

    /** The first process once the states are as wanted. */
    ChildStatus await(Predicate<List<ChildStatus>> wanted) throws InterruptedException {
      while (true) {
        List<ChildStatus> state = states.poll(30, TimeUnit.SECONDS);
        assertThat(state).as("in time").isNotNull();
        if (state != null && wanted.test(state)) {
          return state.getFirst();
        }
      }
    }
  }
}
