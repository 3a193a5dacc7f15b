package io.virga.dataplane.process;

import io.virga.dataplane.Invariant;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.operations.HealthCheck;
import io.virga.dataplane.operations.Metrics;
import io.virga.dataplane.operations.OperationsServer;
import io.virga.dataplane.operations.OperatorQuestion;
import io.virga.dataplane.operations.OperatorTask;
import io.virga.dataplane.operations.OperatorTasks;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service starts with, and what it has started. Used by the main thread until the service is
 * ready; {@link #stop} is called by the shutdown hook.
 */
public final class ServiceContext {

  private static final Logger log = LoggerFactory.getLogger(ServiceContext.class);
  private static final int MAX_LOOPS = 1024;

  private final String service;
  private final Settings settings;
  private final String host;
  private final Path stateDirectory;
  private final HostPort operationsListen;
  private final Optional<Path> tokenPublicKeys;
  private final ProcessIdentity identity;
  private final Transport transport;
  private final Metrics metrics;
  private final OperatorTasks tasks;
  private final Parts parts = new Parts();
  private final Map<String, HealthCheck> checks = new ConcurrentSkipListMap<>();
  private boolean partsStarted;
  private volatile long startUpMillis;

  private ServiceContext(String service, Settings settings) throws IOException {
    this.service = service;
    this.settings = settings;
    this.host = settings.text("virga.host");
    this.stateDirectory = settings.path("virga.state.directory");
    this.operationsListen = settings.hostPort("virga.operations.listen");
    this.tokenPublicKeys = settings.optionalPath("virga.token.public-keys");
    TransportChoice choice = settings.choice("virga.transport", TransportChoice.AUTO);
    int cores = Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors());
    int loops = settings.integer("virga.transport-loops", 1, MAX_LOOPS, cores);
    this.tasks = new OperatorTasks(settings.optionalSecretFile("virga.operations.token-file"));
    this.identity = ProcessIdentity.load(settings);
    Files.createDirectories(stateDirectory);
    this.metrics = Metrics.of(service);
    parts.add("metrics", metrics);
    this.transport = Transport.open(choice, loops, service);
    parts.add("transport", transport);
    metrics.information("virga.transport", "kind", transport.kind().label());
    checks.put("process", () -> startUpMillis == 0 ? Health.down("starting") : Health.up("ready"));
  }

  static ServiceContext open(String service, Settings settings) throws IOException {
    Logging.start(service, settings);
    try {
      return new ServiceContext(service, settings);
    } catch (IOException | RuntimeException e) {
      log.error("{} cannot start", service, e);
      Logging.stop();
      throw e;
    }
  }

  /** All that a service reads, it reads before its first {@link #start}. */
  public Settings settings() {
    return settings;
  }

  /** This host's name, {@code virga.host}. */
  public String host() {
    return host;
  }

  /** {@code virga.state.directory}; it is there. */
  public Path stateDirectory() {
    return stateDirectory;
  }

  /** {@code virga.token.public-keys}, the directory that a verifier of tokens reads. */
  public Path tokenPublicKeys() {
    return tokenPublicKeys.orElseThrow(
        () -> new ConfigurationException("missing setting virga.token.public-keys"));
  }

  public ProcessIdentity identity() {
    return identity;
  }

  public Transport transport() {
    return transport;
  }

  public Metrics metrics() {
    return metrics;
  }

  /** Shown under {@code GET /health} from now on. */
  public void health(String name, HealthCheck check) {
    checks.put(name, check);
  }

  /** Something that an operator may have done from now on. */
  public void task(String name, OperatorTask task) {
    tasks.register(name, task);
  }

  /** Something that an operator may ask from now on. */
  public void question(String name, OperatorQuestion question) {
    tasks.register(name, question);
  }

  /**
   * Starts a part; it is stopped by its {@code close} before all that were started earlier. The
   * first call refuses unknown settings and opens the operations listener, where the process shows
   * as down until it is ready.
   */
  public <T extends AutoCloseable> T start(String name, Callable<T> part) throws Exception {
    startOperations();
    T started = part.call();
    parts.add(name, started);
    return started;
  }

  private void startOperations() {
    if (partsStarted) {
      return;
    }
    settings.refuseUnknown();
    partsStarted = true;
    OperationsServer.Content content =
        new OperationsServer.Content(service, checks, metrics, this::information, tasks);
    parts.add(
        "operations", OperationsServer.start(operationsListen, transport.loopResources(), content));
  }

  private Map<String, Object> information() {
    Map<String, Object> information = new LinkedHashMap<>();
    information.put("service", service);
    information.put("version", version());
    information.put("host", host);
    information.put("transport", transport.kind().label());
    information.put("transportReason", transport.reason());
    information.put("ready", startUpMillis != 0);
    information.put("startUpMillis", startUpMillis);
    information.put("pid", ProcessHandle.current().pid());
    information.put("java", Runtime.version().toString());
    return Collections.unmodifiableMap(information);
  }

  private static String version() {
    String version = ServiceContext.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  void ready() {
    startOperations();
    Invariant.check(startUpMillis == 0, "a service becomes ready once");
    startUpMillis =
        Math.max(
            1, System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
    metrics.registry().gauge("virga.startup.milliseconds", startUpMillis);
  }

  /** From the JVM's start to ready; 0 until then. */
  public long startUpMillis() {
    return startUpMillis;
  }

  void stop() {
    log.info("{} stops", service);
    parts.stop();
    Logging.stop();
  }
}
