package io.virga.benchmarks.netbench;

import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Pings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All that is measured of one host's network. */
public final class NetMeasurements {

  private static final double FIRST_ANSWER_GOAL_MILLIS = 100;
  private static final double CHANGE_GOAL_MILLIS = 1000;
  private static final double RESTART_GOAL_SECONDS = 2;
  private static final double RESTART_PING_GOAL_MILLIS = 10;
  private static final double THROUGHPUT_GOAL = 0.95;

  private static final int CROWD = 500;
  private static final int MEMBERS = 1_000;
  private static final int MANY_MEMBERS = 10_000;
  private static final int MANY_FLOWS = 50_000;
  private static final int LIMIT_SECONDS = 60;

  private final Lab lab;
  private final LabHost host;
  private final Path directory;
  private final int rounds;
  private final int seconds;
  private final Consumer<String> progress;
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private NetMeasurements(Lab lab, Path directory, boolean quick, Consumer<String> progress) {
    this.lab = lab;
    this.host = lab.host(0);
    this.directory = directory;
    this.rounds = quick ? 30 : 200;
    this.seconds = quick ? 3 : 10;
    this.progress = progress;
  }

  /**
   * Starts a host, measures, and takes it away again.
   *
   * @param directory an empty one
   */
  public static Findings run(Path directory, boolean quick, Consumer<String> progress)
      throws IOException, InterruptedException {
    try (Lab lab = Lab.start(directory.resolve("lab"), 1)) {
      lab.say(LargeNetwork.spec(), Desired.open());
      lab.startAgents();
      NetMeasurements run = new NetMeasurements(lab, directory, quick, progress);
      run.all();
      return new Findings(run.figures, run.notes, run.figures);
    }
  }

  private void all() throws IOException, InterruptedException {
    Plugging plugging = new Plugging(lab, directory);
    throughput(plugging);
    answers("a port, idle", plugging.firstAnswers(rounds), FIRST_ANSWER_GOAL_MILLIS);
    GroupChange group = new GroupChange(lab, plugging, directory);
    answers(
        "a member more among %,d".formatted(MEMBERS),
        group.firstAnswers(MEMBERS, rounds / 3),
        CHANGE_GOAL_MILLIS);
    restart(group);
    group.grow(1);
    answers(
        "a port, while %d others are plugged".formatted(CROWD),
        plugging.firstAnswersInACrowd(rounds, CROWD),
        FIRST_ANSWER_GOAL_MILLIS);
    notes.add("not measured: control (agents are told by a stand-in), many hosts, OVN");
    notes.add("the switch has the userspace datapath");
  }

  private void answers(String what, List<Double> millis, double goal) {
    Percentiles found = Percentiles.of(millis);
    String label = "told to first answered ping: " + what;
    add(Figure.plain(label + ", median of " + millis.size(), found.at(0.5), "ms"));
    add(Figure.atMost(label + ", p99", found.at(0.99), "ms", goal));
  }

  /** The agent starts anew on a switch that has many flows, under pings of others. */
  private void restart(GroupChange group) throws IOException, InterruptedException {
    group.grow(MANY_MEMBERS);
    awaitFlows();
    Pings pings =
        Pings.start(group.member(), LargeNetwork.address(0), directory.resolve("restart"));
    host.stopAgent();
    long begin = System.nanoTime();
    host.startAgent();
    host.agent();
    double took = (System.nanoTime() - begin) / 1e9;
    Pings.Result result = pings.end();
    String label = "restart of the agent with %,d flows".formatted(MANY_FLOWS);
    add(Figure.atMost(label + ": process start to reconciled", took, "s", RESTART_GOAL_SECONDS));
    add(Figure.atMost(label + ": lost pings of others", result.lost(), "", 0));
    add(
        Figure.atMost(
            label + ": slowest ping of others",
            result.longestMillis(),
            "ms",
            RESTART_PING_GOAL_MILLIS));
  }

  private void awaitFlows() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (host.agent().metric("virga_netagent_flows") < MANY_FLOWS) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(MANY_FLOWS + " flows did not come");
      }
      Thread.sleep(100);
    }
  }

  private void throughput(Plugging plugging) throws IOException, InterruptedException {
    if (!isInstalled("iperf3")) {
      notes.add("not run: throughput (apt-get install iperf3)");
      return;
    }
    PortSpec from = LargeNetwork.port(plugging.nextNumber(), Desired.OPEN);
    PortSpec to = LargeNetwork.port(plugging.nextNumber(), Desired.OPEN);
    Guest sender = plugging.guest(from);
    Guest receiver = plugging.guest(to);
    lab.say(from, to);
    lab.awaitWired(from, to);
    host.ovs().vsctl("add-br br-plain -- set bridge br-plain datapath_type=netdev");
    Guest plainSender = plain("fa:16:3e:02:00:01", "10.99.0.1/24");
    Guest plainReceiver = plain("fa:16:3e:02:00:02", "10.99.0.2/24");
    Throughput throughput = new Throughput(directory);
    double ratio =
        throughput.ratio(
            () -> throughput.gigabits(sender, receiver, address(to), seconds),
            () -> throughput.gigabits(plainSender, plainReceiver, "10.99.0.2", seconds),
            3);
    add(Figure.atLeast("TCP through tables / through a plain bridge", ratio, "×", THROUGHPUT_GOAL));
  }

  private Guest plain(String mac, String address) throws IOException, InterruptedException {
    return host.ovs()
        .plugMachine("br-plain", mac, Optional.empty())
        .configure(address, "10.99.0.254");
  }

  private static String address(PortSpec port) {
    return port.addresses().getFirst().ip();
  }

  private static boolean isInstalled(String program) {
    return Stream.of("/usr/bin", "/usr/local/bin")
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private void add(Figure figure) {
    figures.add(figure);
    progress.accept("%s: %.2f %s".formatted(figure.what(), figure.value(), figure.unit()));
  }
}
