package io.virga.control.operator.command;

import io.virga.control.operator.supervise.ChildState;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts a process that 'stop' has stopped. */
@Command(
    name = "start",
    description = "Starts a process that 'stop' has stopped.",
    mixinStandardHelpOptions = true)
public final class StartCommand implements Callable<Integer> {

  @Mixin private final ProcessOption process = new ProcessOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    process.hold().lift();
    boolean done = process.await(ChildState.UP);
    spec.commandLine().getOut().println(process.service() + (done ? " is up" : " does not get up"));
    return done ? 0 : 1;
  }
}
