package io.virga.control.operator.launch;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.supervise.Health;
import io.virga.control.operator.supervise.OperationsProbe;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.Probe;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Virga's own services as processes. */
public final class JavaProcesses {

  /** The first orderly end of a process also writes its AOT cache. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private static final String LOOPBACK = "127.0.0.1";

  private static final List<String> EVERY_PROCESS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:MetaspaceSize=64m",
          "-Xss512k",
          // Of so many buffers one is watched for a leak: watching costs some 20 µs each.
          "-Dio.netty.leakDetection.samplingInterval=1024",
          // Netty hands each TLS key to the JDK in a key store that never leaves memory. By default
          // its password, which protects nothing, costs 10,000 rounds of hashing for each use.
          "-Dkeystore.pkcs12.keyPbeIterationCount=1",
          "-Dfile.encoding=UTF-8");

  private final Home home;
  private final Ports ports;
  private final Installation installation;

  /** What a service was first started from: a restart takes the same. */
  private final Map<Service, List<Path>> classPaths = new EnumMap<>(Service.class);

  public JavaProcesses(Home home, Ports ports, Installation installation) {
    this.home = home;
    this.ports = ports;
    this.installation = installation;
  }

  /** The process of a service that has one. */
  public Plan plan(Service service, Plan.Order order, Runnable afterwards) {
    OperationsProbe probe = new OperationsProbe(LOOPBACK, ports.operations(service));
    return new Plan(
        service.title(),
        start(() -> command(service)),
        () -> check(service, probe),
        order,
        new Plan.Stop("TERM", STOP_TIMEOUT, afterwards));
  }

  /** A node of the object store besides the first, which makes the AOT cache for all of them. */
  public Plan plan(ObjectNode node) {
    return new Plan(
        node.name(),
        start(() -> command(node)),
        new OperationsProbe(node.address(), ports.operations(Service.OBJECTSTORE)),
        Plan.Order.ANY,
        Plan.Stop.within(STOP_TIMEOUT));
  }

  private static Plan.Start start(Supplier<List<String>> command) {
    return new Plan.Start(() -> {}, command, Map.of("MALLOC_ARENA_MAX", "2"));
  }

  private Health check(Service service, Probe probe) {
    Health health = probe.check();
    if (health.level() == Health.Level.UP) {
      new AotCache(home.aot(), service.title()).confirm();
    }
    return health;
  }

  private List<String> command(Service service) {
    AotCache cache = new AotCache(home.aot(), service.title());
    return command(service, cache::flags, home.settings(service.title()));
  }

  private List<String> command(ObjectNode node) {
    AotCache cache = new AotCache(home.aot(), Service.OBJECTSTORE.title());
    return command(Service.OBJECTSTORE, cache::flagsOfUse, home.settings(node.name()));
  }

  private List<String> command(
      Service service, BiFunction<List<Path>, List<String>, List<String>> cache, Path settings) {
    List<Path> classPath = classPaths.computeIfAbsent(service, this::staged);
    List<String> flags = new ArrayList<>(EVERY_PROCESS);
    flags.addAll(memory(service));
    flags.addAll(ownFlags(service));
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.addAll(cache.apply(classPath, flags));
    command.addAll(flags);
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(service.mainClass());
    command.add(settings.toString());
    return command;
  }

  private List<Path> staged(Service service) {
    return new JarStore(home.programs()).staged(installation.classPath(service.title()));
  }

  /** Small: the whole cloud at rest stays under 1.5 GiB. */
  private static List<String> memory(Service service) {
    return switch (service) {
      case CONTROL ->
          List.of("-XX:+UseSerialGC", "-Xms48m", "-Xmx256m", "-XX:MaxDirectMemorySize=128m");
      case OBJECTSTORE ->
          List.of(
              "-XX:+UseParallelGC",
              "-XX:ParallelGCThreads=2",
              "-Xms32m",
              "-Xmx384m",
              "-XX:MaxDirectMemorySize=512m");
      case BLOCKSTORE ->
          List.of(
              "-XX:+UseParallelGC",
              "-XX:ParallelGCThreads=2",
              "-Xms32m",
              "-Xmx256m",
              "-XX:MaxDirectMemorySize=512m");
      // Seldom busy: the second compiler would cost more at the start than it ever gains.
      case NETAGENT, COMPUTE_AGENT ->
          List.of(
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xms16m",
              "-Xmx128m",
              "-XX:MaxDirectMemorySize=64m");
    };
  }

  /** {@code VIRGA_BLOCKSTORE_JAVA_OPTIONS} and so on: the operator's flags win. */
  private static List<String> ownFlags(Service service) {
    String name = service.title().toUpperCase(Locale.ROOT).replace('-', '_');
    String value = System.getenv().getOrDefault("VIRGA_" + name + "_JAVA_OPTIONS", "").strip();
    return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
  }
}
