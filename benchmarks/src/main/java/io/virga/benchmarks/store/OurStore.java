package io.virga.benchmarks.store;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JavaProcesses;
import io.virga.control.operator.pki.SigningKeys;
import io.virga.control.operator.provision.Provisioning;
import io.virga.control.operator.ring.RingDirectory;
import io.virga.control.operator.supervise.Plan;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Our object store alone: the process {@code io.virga.objectstore.Main} with the settings, keys and
 * flags that {@code ./virga up} gives it, in a home without the other processes. Tokens are signed
 * with the home's own key, since control, which signs them otherwise, is not there.
 */
public final class OurStore implements StoreKind {

  private static final String PROJECT = "5a1e0f7b2c3d4e5f8091a2b3c4d5e6f7";
  private static final Duration TOKEN_LIFE = Duration.ofDays(2);
  private static final int LOWEST_BASE = 20_000;
  private static final int HIGHEST_BASE = 30_000;

  private final Path root;
  private final int replicas;

  /** One device with the only copy. */
  public OurStore(Path root) {
    this(root, 1);
  }

  /**
   * @param root the checkout; it is built
   * @param replicas each on a device of its own, all in the one process
   */
  public OurStore(Path root, int replicas) {
    this.root = root;
    this.replicas = replicas;
  }

  @Override
  public String name() {
    return replicas == 1 ? "virga" : "virga ×" + replicas;
  }

  @Override
  public String durability() {
    return replicas == 1
        ? "synced to the device"
        : "synced to most of %d devices".formatted(replicas);
  }

  @Override
  public int replicas() {
    return replicas;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  /** Starts it on a directory that is empty, or that an earlier start has left. */
  @Override
  public StoreServer start(Path directory) {
    Home home = Home.at(directory.resolve("home"));
    CloudConfiguration cloud = home.exists() ? Provisioning.configuration(home) : configuration();
    boolean fresh = !home.exists();
    new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom()).run();
    if (fresh && replicas > 1) {
      spread(new RingDirectory(home.rings()));
    }
    Ports ports = cloud.ports();
    Plan.Start start =
        new JavaProcesses(home, ports, new Installation(root))
            .plan(Service.OBJECTSTORE, Plan.Order.ANY, () -> {})
            .start();
    // The cache of loaded classes needs an orderly first end, which a benchmark does not wait for.
    List<String> command =
        start.command().get().stream().filter(flag -> !flag.startsWith("-XX:AOT")).toList();
    ServerProcess process =
        ServerProcess.start(home.log(), "objectstore.out", environment(home, start), command);
    String host = "127.0.0.1:" + ports.objectstore();
    String account = "/v1/AUTH_" + PROJECT;
    String token = token(home);
    RunningServer.firstAnswer(
        process, URI.create("http://" + host + account), Map.of("X-Auth-Token", token));
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", ports.objectstore()),
        Dialect.swift(account, host, token),
        List.of(process),
        Containers.THROUGH_API);
  }

  /** More devices on the node of the first, and as many replicas. */
  private void spread(RingDirectory rings) {
    try {
      for (String ring : rings.names()) {
        rings.change(
            ring,
            builder -> {
              RingDevice first = builder.devices().getFirst();
              for (int number = 2; number <= replicas; number++) {
                builder.add(1, 1, first.host(), first.port(), device(number), first.weight());
              }
              return builder.setReplicas(replicas).rebalance(Instant.now());
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String device(int number) {
    return "d" + number;
  }

  private Map<String, String> environment(Home home, Plan.Start start) {
    Map<String, String> environment = new HashMap<>(start.environment());
    environment.put(
        "VIRGA_OBJECTSTORE_DEVICES",
        IntStream.rangeClosed(1, replicas)
            .mapToObj(
                number -> home.data().resolve("objectstore").resolve(device(number)).toString())
            .collect(Collectors.joining(",")));
    return environment;
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
        List.of("network", "compute"));
  }

  private static String token(Home home) {
    try {
      TokenSigner signer = TokenSigner.load(SigningKeys.signingKeyFile(home.keys()));
      Claims.Named domain = new Claims.Named("default", "Default");
      Claims.Named project = new Claims.Named(PROJECT, "bench");
      Instant now = Instant.now();
      return signer.sign(
          new Claims(
              "bench",
              signer.keyId(),
              new Claims.Named("bench", "bench"),
              domain,
              Optional.of(new Claims.Scope(Claims.ScopeType.PROJECT, project, domain)),
              List.of("member"),
              List.of("password"),
              Optional.empty(),
              now,
              now.plus(TOKEN_LIFE)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
