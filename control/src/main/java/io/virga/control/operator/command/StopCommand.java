package io.virga.control.operator.command;

import io.virga.control.operator.supervise.ChildState;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops one process. */
@Command(
    name = "stop",
    description =
        "Stops one process, which stays stopped until 'start' or the next 'up'; everything else goes on.",
    mixinStandardHelpOptions = true)
public final class StopCommand implements Callable<Integer> {

  @Mixin private final ProcessOption process = new ProcessOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    process.hold().place();
    boolean done = process.await(ChildState.HELD);
    spec.commandLine()
        .getOut()
        .println(process.service() + (done ? " is stopped" : " does not get stopped"));
    return done ? 0 : 1;
  }
}
