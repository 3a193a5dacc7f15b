package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.launch.AotCache;
import io.virga.control.operator.supervise.SupervisorLock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code up --detach} starts in the background. */
@Command(name = "supervise", hidden = true, description = "Supervises a home once it is made.")
public final class SuperviseCommand implements Callable<Integer> {

  /** Who starts this command has the lock until then. */
  private static final Duration UNTIL_THE_HOME_IS_MADE = Duration.ofSeconds(30);

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.home();
    SupervisorLock lock =
        SupervisorLock.acquire(home.run(), UNTIL_THE_HOME_IS_MADE)
            .orElseThrow(() -> new IllegalStateException("another supervisor runs " + home.root()));
    new AotCache(home.aot(), SupervisorSession.PID_FILE).confirm();
    new SupervisorSession(home, lock).run(new ProgressView(spec.commandLine().getOut()));
    return 0;
  }
}
