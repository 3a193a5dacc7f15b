package io.virga.benchmarks.own;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JavaProcesses;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.Plan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One process of ours alone, with the settings, keys and flags that {@code ./virga up} gives it, in
 * a home without the other processes.
 */
public final class OwnProcess {

  private static final int LOWEST_BASE = 20_000;
  private static final int HIGHEST_BASE = 30_000;

  private final Path root;
  private final Home home;
  private final boolean fresh;
  private final CloudConfiguration cloud;

  private OwnProcess(Path root, Home home) {
    this.root = root;
    this.home = home;
    this.fresh = !home.exists();
    this.cloud = fresh ? configuration() : Provisioning.configuration(home);
  }

  /**
   * In the home below a directory that is empty, or that an earlier one has left.
   *
   * @param root the checkout; it is built
   */
  public static OwnProcess in(Path root, Path directory) {
    OwnProcess process = new OwnProcess(root, Home.at(directory.resolve("home")));
    new Provisioning(process.home, process.cloud, Clock.systemUTC(), new SecureRandom()).run();
    return process;
  }

  public Home home() {
    return home;
  }

  public Ports ports() {
    return cloud.ports();
  }

  /** What this host is called in the home. */
  public String host() {
    return cloud.host();
  }

  /** Whether the home was not there before. */
  public boolean isFresh() {
    return fresh;
  }

  /** Starts it, on the servers' core. */
  public ServerProcess start(Service service, Map<String, String> environment) {
    Plan.Start start =
        new JavaProcesses(home, cloud.ports(), new Installation(root))
            .plan(service, Plan.Order.ANY)
            .start();
    // The cache of loaded classes needs an orderly first end, which a benchmark does not wait for.
    List<String> command =
        start.command().get().stream().filter(flag -> !flag.startsWith("-XX:AOT")).toList();
    Map<String, String> all = new HashMap<>(start.environment());
    all.putAll(environment);
    return ServerProcess.start(home.log(), service.title() + ".out", all, command);
  }

  private static CloudConfiguration configuration() {
    int base = RandomGenerator.getDefault().nextInt(LOWEST_BASE, HIGHEST_BASE);
    return new CloudConfiguration(
        CloudConfiguration.VERSION,
        "bench",
        base,
        "127.0.0.1",
        "127.0.0.1",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of("network", "compute"));
  }
}
