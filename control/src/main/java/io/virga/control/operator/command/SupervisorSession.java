package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.launch.Cloud;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.Hold;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.supervise.PosixLauncher;
import io.virga.control.operator.supervise.StateFile;
import io.virga.control.operator.supervise.Supervisor;
import io.virga.control.operator.supervise.SupervisorLock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The supervisor of a home, run by this process, which holds the home's lock. */
final class SupervisorSession {

  static final String PID_FILE = "supervisor";
  private static final long LONGEST_STOP_SECONDS = 240;

  private final Home home;
  private final SupervisorLock lock;
  private final Cloud cloud;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param lock closed at the end
   */
  SupervisorSession(Home home, SupervisorLock lock) {
    this.home = home;
    this.lock = lock;
    this.cloud =
        new Cloud(home, Provisioning.configuration(home), Machine.local(), Installation.current());
  }

  /** Supervises until this process is told to end, by a signal; everything is stopped then. */
  void run(Consumer<CloudState> listener) throws IOException, InterruptedException {
    Hold.liftAll(home.run());
    new PidFile(home.run(), PID_FILE).write(ProcessHandle.current().pid());
    Supervisor supervisor = supervisor(listener);
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(
                () -> {
                  supervisor.stop();
                  await(ended);
                });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      supervisor.run();
      cloud.remove();
    } finally {
      lock.close();
      ended.countDown();
    }
  }

  /** Stops whatever runs and returns. */
  void stopAll(Consumer<CloudState> listener) throws IOException, InterruptedException {
    Supervisor supervisor = supervisor(listener);
    supervisor.stop();
    supervisor.run();
    cloud.remove();
    lock.close();
  }

  private Supervisor supervisor(Consumer<CloudState> listener) {
    return new Supervisor(
        cloud.plans(),
        cloud.off(),
        new PosixLauncher(home.run(), home.log()),
        blocking,
        InstantSource.system(),
        new StateFile(home.run()).andThen(listener));
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("some processes did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
