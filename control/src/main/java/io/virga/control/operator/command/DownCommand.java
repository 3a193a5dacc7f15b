package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JarStore;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.supervise.SupervisorLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops everything of a home, with or without a supervisor. */
@Command(
    name = "down",
    description =
        "Stops the cloud. Guests are shut down and start again with the next 'up'; all data stays.",
    mixinStandardHelpOptions = true)
public final class DownCommand implements Callable<Integer> {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(240);

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.existing();
    PrintWriter out = spec.commandLine().getOut();
    Consumer<CloudState> view = new StopView(out);
    Detached detached = new Detached(home);
    Optional<PidFile.LiveProcess> supervisor = detached.process();
    supervisor
        .flatMap(process -> ProcessHandle.of(process.pid()))
        .ifPresent(ProcessHandle::destroy);
    if (supervisor.isPresent()) {
      detached.follow(state -> detached.process().isEmpty(), LONGEST_STOP, view);
    }
    SupervisorLock lock =
        SupervisorLock.acquire(home.run())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the supervisor of " + home.root() + " does not end"));
    new SupervisorSession(home, lock).stopAll(supervisor.isPresent() ? state -> {} : view);
    Installation installation = Installation.current();
    new JarStore(home.programs())
        .sweep(
            Stream.of(Service.values())
                .flatMap(service -> installation.classPath(service.title()).stream())
                .toList());
    out.println("The cloud in " + home.root() + " is down.");
    return 0;
  }
}
