package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.provision.Provisioning;
import java.io.PrintWriter;
import java.io.Writer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Does once, in a throw-away home, what the AOT cache of the command line is to speed up. */
@Command(name = "training", hidden = true, description = "Trains the AOT cache.")
public final class TrainingCommand implements Callable<Integer> {

  @Mixin private final HomeOption homeOption = new HomeOption();

  @ArgGroup(exclusive = false)
  private UpOptions options = new UpOptions();

  @Override
  public Integer call() {
    Home home = homeOption.home();
    new Provisioning(home, options.over(home), Clock.systemUTC(), new SecureRandom()).run();
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine status = new CommandLine(new StatusCommand());
    status.setOut(nowhere).setErr(nowhere);
    int table = status.execute("--home", home.root().toString());
    int json = status.execute("--home", home.root().toString(), "--json");
    return table == json ? 0 : 1;
  }
}
