package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.lab.Lab;
import io.virga.control.operator.lab.SlowPorts;
import io.virga.control.operator.lab.Slowness;
import io.virga.control.operator.launch.AotCache;
import io.virga.control.operator.provision.Provisioning;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Faults of the network between the hosts of {@code up --hosts}. */
@Command(
    name = "lab",
    description = "Cuts off, slows and brings back the hosts of a cloud with --hosts.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class LabCommand {

  private static final String HOST = "a host that 'lab show' names";

  private static final Duration LONGEST_START = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Shows the hosts, and what is wrong with their links.",
      mixinStandardHelpOptions = true)
  int show(@Mixin HomeOption option) {
    Lab lab = lab(option.existing());
    PrintWriter out = spec.commandLine().getOut();
    for (CloudHost host : lab.hosts()) {
      out.printf("%-20s %s%n", lab.name(host), lab.fault(host).orElse("well"));
    }
    return 0;
  }

  @Command(
      name = "cut",
      description = "Cuts a host off from all others, until 'heal'.",
      mixinStandardHelpOptions = true)
  int cut(
      @Mixin HomeOption option, @Parameters(paramLabel = "HOST", description = HOST) String host) {
    Lab lab = lab(option.existing());
    lab.cut(lab.host(host));
    return show(option);
  }

  @Command(
      name = "slow",
      description =
          "Delays and loses what a host sends to others and gets from them, until 'heal'.",
      mixinStandardHelpOptions = true)
  int slow(
      @Mixin HomeOption option,
      @Parameters(paramLabel = "HOST", description = HOST) String name,
      @Option(
              names = "--delay",
              paramLabel = "TIME",
              defaultValue = "0ms",
              description = "of each frame, in each direction: 50ms")
          String delay,
      @Option(
              names = "--loss",
              paramLabel = "PERCENT",
              defaultValue = "0%",
              description = "of all frames, in each direction: 1%%")
          String loss)
      throws IOException {
    Home home = option.existing();
    Lab lab = lab(home);
    CloudHost host = lab.host(name);
    Slowness slowness = Slowness.parse(delay, loss);
    lab.prepareSlow(host, slowness);
    if (!startCarrier(home, lab, host, delay, loss)) {
      lab.heal(host);
      throw new IllegalStateException("cannot slow " + name + "; see ./virga logs lab");
    }
    return show(option);
  }

  @Command(name = "heal", description = "Undoes 'cut' and 'slow'.", mixinStandardHelpOptions = true)
  int heal(
      @Mixin HomeOption option, @Parameters(paramLabel = "HOST", description = HOST) String host) {
    Lab lab = lab(option.existing());
    lab.heal(lab.host(host));
    return show(option);
  }

  /** What {@code slow} starts, in the namespace of the bridges. */
  @Command(name = "carry", hidden = true, description = "Carries a slow host's frames.")
  int carry(
      @Mixin HomeOption option,
      @Parameters(index = "0") int number,
      @Parameters(index = "1") String delay,
      @Parameters(index = "2") String loss)
      throws IOException, InterruptedException {
    Home home = option.existing();
    CloudHost host = new CloudHost(number);
    SlowPorts.carry(host, Slowness.parse(delay, loss));
    lab(home).carrier(host).write(ProcessHandle.current().pid());
    Thread.currentThread().join();
    return 0;
  }

  private static boolean startCarrier(Home home, Lab lab, CloudHost host, String delay, String loss)
      throws IOException {
    AotCache cache = new AotCache(home.aot(), SupervisorSession.PID_FILE);
    Process carrier =
        new BackgroundCommand(home, "lab", cache::flagsOfUse)
            .start(
                lab.bridges().command(List.of()),
                List.of(
                    "lab",
                    "carry",
                    "--home",
                    home.root().toString(),
                    Integer.toString(host.number()),
                    delay,
                    loss));
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (carrier.isAlive()
        && lab.carrier(host).read().isEmpty()
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL.toNanos());
    }
    return lab.carrier(host).read().isPresent();
  }

  private static Lab lab(Home home) {
    return new Lab(home, Provisioning.configuration(home));
  }
}
