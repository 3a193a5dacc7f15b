package io.virga.control.operator.launch;

import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.supervise.Health;
import io.virga.control.operator.supervise.OperationsProbe;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.Probe;
import io.virga.control.operator.supervise.SurroundedProbe;
import io.virga.control.operator.supervise.Surroundings;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /**
   * One process of a service.
   *
   * @param name of the process
   * @param records whether it makes the AOT cache for all of the service
   */
  private record Instance(
      Service service, String name, NetworkNamespace namespace, boolean records) {}

  /** The process of a service of which there is one in the home. */
  public Plan plan(Service service, Plan.Order order) {
    return plan(CloudHost.FIRST, NetworkNamespace.OWN, service, order, Surroundings.NONE);
  }

  /** The process of a service on a host; the first host's makes the AOT cache for all. */
  public Plan plan(
      CloudHost host,
      NetworkNamespace namespace,
      Service service,
      Plan.Order order,
      Surroundings surroundings) {
    Instance one = new Instance(service, host.named(service.title()), namespace, host.isFirst());
    return plan(one, new SurroundedProbe(probe(one), surroundings), order, surroundings);
  }

  /** A node of the object store besides the first. */
  public Plan plan(ObjectNode node) {
    Instance other = new Instance(Service.OBJECTSTORE, node.name(), NetworkNamespace.OWN, false);
    int port = ports.operations(Service.OBJECTSTORE);
    Probe probe = new OperationsProbe(node.address(), port);
    return plan(other, probe, Plan.Order.ANY, Surroundings.NONE);
  }

  private Plan plan(Instance instance, Probe probe, Plan.Order order, Surroundings surroundings) {
    return new Plan(
        instance.name(),
        new Plan.Start(() -> {}, () -> command(instance), Map.of("MALLOC_ARENA_MAX", "2")),
        () -> confirmed(instance, probe.check()),
        order,
        new Plan.Stop("TERM", STOP_TIMEOUT, surroundings::remove));
  }

  /** On the loopback of the instance's namespace. */
  private Probe probe(Instance instance) {
    OperationsProbe probe = new OperationsProbe(LOOPBACK, ports.operations(instance.service()));
    return () -> instance.namespace().within(probe::check);
  }

  private Health confirmed(Instance instance, Health health) {
    if (instance.records() && health.level() == Health.Level.UP) {
      cache(instance).confirm();
    }
    return health;
  }

  private AotCache cache(Instance instance) {
    return new AotCache(home.aot(), instance.service().title());
  }

  private List<String> command(Instance instance) {
    Service service = instance.service();
    List<Path> classPath = classPaths.computeIfAbsent(service, this::staged);
    List<String> flags = new ArrayList<>(EVERY_PROCESS);
    flags.addAll(memory(service));
    flags.addAll(ownFlags(service));
    List<String> command = new ArrayList<>();
    command.add(installation.java().toString());
    command.addAll(
        instance.records()
            ? cache(instance).flags(classPath, flags)
            : cache(instance).flagsOfUse(classPath, flags));
    command.addAll(flags);
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(service.mainClass());
    command.add(home.settings(instance.name()).toString());
    return instance.namespace().command(command);
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
