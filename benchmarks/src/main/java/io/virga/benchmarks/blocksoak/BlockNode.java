package io.virga.benchmarks.blocksoak;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JavaProcesses;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.supervise.Plan;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Our block store alone: the process {@code io.virga.blockstore.Main} with the settings, keys and
 * flags that {@code ./virga up} gives it, in a home without the other processes.
 */
public final class BlockNode implements AutoCloseable {

  private static final int LOWEST_BASE = 20_000;
  private static final int HIGHEST_BASE = 30_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Home home;
  private final List<String> command;
  private final Map<String, String> environment;
  private final StandInControl control;
  private Optional<ServerProcess> process = Optional.empty();

  /**
   * Prepares one; it does not run yet.
   *
   * @param root the checkout; it is built
   * @param directory an empty one
   * @param settings of the environment, {@code VIRGA_BLOCKSTORE_…}
   */
  public BlockNode(Path root, Path directory, Map<String, String> settings) {
    home = Home.at(directory.resolve("home"));
    CloudConfiguration cloud = configuration();
    new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom()).run();
    Plan.Start start =
        new JavaProcesses(home, cloud.ports(), new Installation(root))
            .plan(Service.BLOCKSTORE, Plan.Order.ANY, () -> {})
            .start();
    // The cache of loaded classes needs an orderly first end, which a kill is not.
    command = start.command().get().stream().filter(flag -> !flag.startsWith("-XX:AOT")).toList();
    environment = new HashMap<>(start.environment());
    environment.putAll(settings);
    Path pki = home.pki();
    control =
        new StandInControl(
            ProcessIdentity.load(
                pki.resolve("ca.crt"), pki.resolve("control.crt"), pki.resolve("control.key")),
            cloud.ports().agents());
  }

  private static CloudConfiguration configuration() {
    int base = RandomGenerator.getDefault().nextInt(LOWEST_BASE, HIGHEST_BASE);
    return new CloudConfiguration(
        CloudConfiguration.VERSION,
        "soak",
        base,
        "127.0.0.1",
        "127.0.0.1",
        Optional.empty(),
        Optional.empty(),
        List.of("network", "compute"));
  }

  /** Starts it, on whatever an earlier start has left. */
  public void start() {
    process = Optional.of(ServerProcess.start(home.log(), "blockstore.out", environment, command));
  }

  /** Ends it at once (SIGKILL). */
  public void kill() {
    process.ifPresent(ServerProcess::kill);
    process.ifPresent(ServerProcess::close);
    process = Optional.empty();
  }

  /** Where its clients connect. */
  public Path socket() {
    return home.run().resolve("nbd.sock");
  }

  /** Says how a thing shall be. */
  public void say(Kind kind, DesiredState thing) {
    control.say(kind, thing);
  }

  /** Speaks of a thing no more. */
  public void forget(Kind kind, DesiredState thing) {
    control.forget(kind, thing.id());
  }

  /** Says how a thing shall be, and waits until that is so. */
  public void bringAbout(Kind kind, DesiredState thing, ObservedState.Status status) {
    say(kind, thing);
    await(kind, thing, status);
  }

  /** Waits until a thing is as was said. */
  public void await(Kind kind, DesiredState thing, ObservedState.Status status) {
    process.ifPresent(ServerProcess::checkAlive);
    control.await(kind, thing, status, LIMIT);
  }

  @Override
  public void close() {
    process.ifPresent(ServerProcess::close);
    control.close();
  }
}
