package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.ChildStatus;
import io.virga.control.operator.supervise.CloudState;
import io.virga.dataplane.json.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how every process is. */
@Command(
    name = "status",
    description = "Shows every process; exit status 0 only when all that is configured is healthy.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Option(names = "--json", description = "for programs")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What {@code --json} prints. */
  record Report(
      String home,
      boolean healthy,
      boolean supervised,
      CloudState state,
      Map<String, String> endpoints) {}

  @Override
  public Integer call() {
    Home home = homeOption.existing();
    CloudConfiguration cloud = Provisioning.configuration(home);
    Detached detached = new Detached(home);
    boolean supervised = detached.process().isPresent();
    CloudState state = detached.state().orElseGet(() -> Unsupervised.look(home, cloud));
    boolean healthy = supervised && state.healthy();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, String> urls = new Endpoints(home, cloud).urls();
      out.println(
          Json.mapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(
                  new Report(home.root().toString(), healthy, supervised, state, urls)));
    } else {
      table(out, state, supervised);
    }
    return healthy ? 0 : 1;
  }

  private static void table(PrintWriter out, CloudState state, boolean supervised) {
    out.printf("%-16s %-11s %8s %9s %8s  %s%n", "PROCESS", "STATE", "PID", "RESTARTS", "FOR", "");
    for (ChildStatus process : state.processes()) {
      out.printf(
          "%-16s %-11s %8s %9d %8s  %s%n",
          process.name(),
          process.state().name().toLowerCase(Locale.ROOT),
          process.pid() == 0 ? "-" : Long.toString(process.pid()),
          process.restarts(),
          process.state() == ChildState.STOPPED ? "-" : age(process.since()),
          process.detail());
    }
    new TreeMap<>(state.off())
        .forEach(
            (name, reason) ->
                out.printf("%-16s %-11s %8s %9s %8s  %s%n", name, "off", "-", "-", "-", reason));
    if (!supervised) {
      out.println("No supervisor runs: ./virga up starts one, which takes over what runs.");
    }
  }

  private static String age(long since) {
    Duration age = Duration.ofMillis(Math.max(0, System.currentTimeMillis() - since));
    if (age.toDays() > 0) {
      return age.toDays() + "d" + age.toHoursPart() + "h";
    }
    return age.toHours() > 0
        ? age.toHours() + "h" + age.toMinutesPart() + "m"
        : age.toMinutes() + "m" + age.toSecondsPart() + "s";
  }
}
