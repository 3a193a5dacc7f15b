package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.launch.Cloud;
import io.virga.control.operator.launch.DatabaseProcess;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.SupervisorLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the cloud, and makes it first if there is none. */
@Command(
    name = "up",
    description = "Starts the cloud; makes it on the first start.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {

  @Mixin private final HomeOption homeOption = new HomeOption();

  @ArgGroup(exclusive = false)
  private UpOptions options = new UpOptions();

  @Option(names = "--detach", description = "return once all is healthy; go on in the background")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "how long --detach waits; ${DEFAULT-VALUE} by default")
  private int timeoutSeconds = 180;

  @Option(names = "--install", description = "install missing system packages without asking")
  private boolean install;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    PrintWriter out = spec.commandLine().getOut();
    Home home = homeOption.home();
    CloudConfiguration cloud = options.over(home);
    new MissingPackages(out, install).see(cloud);
    PrivateFiles.folder(home.root());
    PrivateFiles.folder(home.run());
    Optional<SupervisorLock> lock = SupervisorLock.acquire(home.run());
    if (lock.isEmpty()) {
      options.refuseChange(home);
      out.println("The cloud in " + home.root() + " is being supervised already.");
      return detach ? follow(home, cloud, begun) : 0;
    }
    provisioning(home, cloud).refuseLoss();
    out.println("Starting the cloud in " + home.root());
    out.flush();
    if (!detach) {
      provision(home, cloud);
      new SupervisorSession(home, lock.get()).run(showing(home, cloud, begun));
      return 0;
    }
    return follow(home, cloud, begun, startSupervisor(home, cloud, lock.get()));
  }

  /** It starts while the home is being made ready, and begins its work when the lock is free. */
  private Process startSupervisor(Home home, CloudConfiguration cloud, SupervisorLock lock)
      throws IOException {
    Process supervisor = new Detached(home).start();
    boolean ready = false;
    try {
      provision(home, cloud);
      ready = true;
    } finally {
      if (!ready) {
        supervisor.destroyForcibly();
      }
      lock.close();
    }
    return supervisor;
  }

  private void provision(Home home, CloudConfiguration cloud) {
    takeDatabasePassword(home);
    provisioning(home, cloud).run();
    new Cloud(home, cloud, Machine.local(), Installation.current()).prepare();
  }

  private static Provisioning provisioning(Home home, CloudConfiguration cloud) {
    return new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom());
  }

  private void takeDatabasePassword(Home home) {
    options
        .databasePasswordFile()
        .ifPresent(
            file -> {
              PrivateFiles.folder(home.secrets());
              String password = PrivateFiles.read(file).strip();
              PrivateFiles.write(home.secret(DatabaseProcess.PASSWORD), password + "\n");
            });
  }

  private Consumer<CloudState> showing(Home home, CloudConfiguration cloud, long begun) {
    PrintWriter out = spec.commandLine().getOut();
    AtomicBoolean announced = new AtomicBoolean();
    return new ProgressView(out)
        .andThen(
            state -> {
              if (state.healthy() && announced.compareAndSet(false, true)) {
                new Endpoints(home, cloud).announce(out, state, sinceMillis(begun));
                out.println("Ctrl-C stops the cloud.");
                out.flush();
              }
            });
  }

  private int follow(Home home, CloudConfiguration cloud, long begun, Process supervisor) {
    PrintWriter out = spec.commandLine().getOut();
    Optional<CloudState> state =
        new Detached(home)
            .follow(
                s -> s.filter(CloudState::healthy).isPresent() || !supervisor.isAlive(),
                Duration.ofSeconds(timeoutSeconds),
                new ProgressView(out));
    return conclude(home, cloud, begun, state);
  }

  private int follow(Home home, CloudConfiguration cloud, long begun) {
    Detached detached = new Detached(home);
    Optional<CloudState> state =
        detached.follow(
            s -> s.filter(CloudState::healthy).isPresent(),
            Duration.ofSeconds(timeoutSeconds),
            new ProgressView(spec.commandLine().getOut()));
    return conclude(home, cloud, begun, state);
  }

  private int conclude(
      Home home, CloudConfiguration cloud, long begun, Optional<CloudState> state) {
    PrintWriter out = spec.commandLine().getOut();
    if (state.filter(CloudState::healthy).isPresent()) {
      new Endpoints(home, cloud).announce(out, state.get(), sinceMillis(begun));
      return 0;
    }
    new Endpoints(home, cloud).complain(spec.commandLine().getErr(), state);
    return 1;
  }

  private static long sinceMillis(long begun) {
    return (System.nanoTime() - begun) / 1_000_000;
  }
}
