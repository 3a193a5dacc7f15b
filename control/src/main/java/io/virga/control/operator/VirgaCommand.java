package io.virga.control.operator;

import io.virga.control.operator.command.BenchCommand;
import io.virga.control.operator.command.DownCommand;
import io.virga.control.operator.command.ImageCommand;
import io.virga.control.operator.command.JmhCommand;
import io.virga.control.operator.command.LabCommand;
import io.virga.control.operator.command.LogsCommand;
import io.virga.control.operator.command.NetCommand;
import io.virga.control.operator.command.ObjectCommand;
import io.virga.control.operator.command.PolicyCommand;
import io.virga.control.operator.command.RingCommand;
import io.virga.control.operator.command.SoakCommand;
import io.virga.control.operator.command.StartCommand;
import io.virga.control.operator.command.StatusCommand;
import io.virga.control.operator.command.StopCommand;
import io.virga.control.operator.command.SuperviseCommand;
import io.virga.control.operator.command.TestCommand;
import io.virga.control.operator.command.TrainingCommand;
import io.virga.control.operator.command.UpCommand;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The whole command line. */
@Command(
    name = "virga",
    description = "A cloud on this machine: objects, volumes, networks, instances.",
    mixinStandardHelpOptions = true,
    version = "virga 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StopCommand.class,
      StartCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      TestCommand.class,
      BenchCommand.class,
      SoakCommand.class,
      JmhCommand.class,
      ImageCommand.class,
      LabCommand.class,
      RingCommand.class,
      ObjectCommand.class,
      NetCommand.class,
      PolicyCommand.class,
      SuperviseCommand.class,
      TrainingCommand.class
    })
public final class VirgaCommand {

  /** Runs a command and returns its exit status: 0 well, 1 not, 2 wrong usage. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(new VirgaCommand());
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    Objects.requireNonNull(line.getSubcommands().get("jmh"))
        .setUnmatchedOptionsArePositionalParams(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          String message = failure.getMessage();
          command.getErr().println("virga: " + (message == null ? failure.toString() : message));
          if (System.getenv("VIRGA_DEBUG") != null) {
            failure.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line.execute(arguments);
  }

  /** The entry point of {@code ./virga}. */
  public static void main(String[] arguments) {
    CommandLine terminal = new CommandLine(new VirgaCommand());
    System.exit(run(terminal.getOut(), terminal.getErr(), arguments));
  }
}
