package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.launch.AotCache;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.supervise.StateFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A supervisor in the background, seen from another process. */
final class Detached {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Home home;

  Detached(Home home) {
    this.home = home;
  }

  /** The supervisor, if one runs. */
  Optional<PidFile.LiveProcess> process() {
    return new PidFile(home.run(), SupervisorSession.PID_FILE).read();
  }

  /** What the supervisor that runs says. */
  Optional<CloudState> state() {
    return process()
        .flatMap(
            process ->
                new StateFile(home.run())
                    .read()
                    .filter(state -> state.supervisor() == process.pid()));
  }

  /** Starts a supervisor in a session of its own. It waits for the home's lock. */
  Process start() throws IOException {
    AotCache cache = new AotCache(home.aot(), SupervisorSession.PID_FILE);
    return new BackgroundCommand(home, SupervisorSession.PID_FILE, cache::flags)
        .start(List.of(), List.of("supervise", "--home", home.root().toString()));
  }

  /**
   * Follows the supervisor until its state is as wanted. Blocks.
   *
   * @return the last state; empty if there was none
   */
  Optional<CloudState> follow(
      Predicate<Optional<CloudState>> wanted, Duration timeout, Consumer<CloudState> listener) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Optional<CloudState> state = state();
    state.ifPresent(listener);
    while (!wanted.test(state) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL.toNanos());
      state = state();
      state.ifPresent(listener);
    }
    return state;
  }
}
