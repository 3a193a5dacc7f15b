package io.virga.computeagent.agent;

import io.micrometer.core.instrument.MeterRegistry;
import io.virga.computeagent.configdrive.ConfigDrive;
import io.virga.computeagent.console.ConsoleServer;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.LiveDomain;
import io.virga.computeagent.facts.HostCapacity;
import io.virga.computeagent.facts.HostReport;
import io.virga.computeagent.libvirt.DomainListener;
import io.virga.computeagent.libvirt.Hypervisor;
import io.virga.computeagent.libvirt.LibvirtHypervisor;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.Reporter;
import io.virga.dataplane.watch.WatchClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Puts the agent together. */
public final class AgentService {

  private static final Path GENISOIMAGE = Path.of("/usr/bin/genisoimage");
  private static final int CONSOLE_READERS = 4;
  private static final int CONSOLE_QUEUE = 256;

  private AgentService() {}

  /** Reads the settings and starts the parts. */
  public static void start(ServiceContext context) throws Exception {
    AgentSettings settings = AgentSettings.read(context.settings());
    ControlEndpoint control =
        ControlEndpoint.load(context.settings(), context.identity(), context.transport());
    HostFacts facts = settings.facts();
    Files.createDirectories(facts.instancesDirectory());

    Reporter reporter = context.start("reporter", () -> Reporter.start(control));
    LateListener events = new LateListener();
    LibvirtHypervisor hypervisor =
        context.start("libvirt", () -> new LibvirtHypervisor(settings.libvirtUri(), events));
    ExecutorService pool =
        context.start(
            "workers",
            () -> Executors.newFixedThreadPool(settings.workers(), daemons("compute-worker-")));
    ScheduledExecutorService timer = context.start("timer", () -> single("compute-timer"));

    ComputeAgent agent =
        context.start(
            "agent",
            () ->
                new ComputeAgent(
                    hypervisor,
                    new InstanceReconciler(
                        hypervisor,
                        facts,
                        new InstanceFolders(facts, new ConfigDrive(GENISOIMAGE)),
                        InstantSource.system()),
                    new ComputeAgent.Reports(reporter::report, reporter::resendAll),
                    new ComputeAgent.Workers(
                        pool, settings.workers(), timer, Reconciler.Patience.standard())));
    events.become(agent);
    WatchClient watch =
        context.start("watch", () -> WatchClient.start(control, context.stateDirectory(), agent));
    HostCapacity capacity =
        HostCapacity.measure(facts.instancesDirectory(), settings.hostsOfMachine());
    HypervisorProbe probe =
        context.start(
            "probe",
            () ->
                new HypervisorProbe(
                    hypervisor,
                    agent::lookAtAll,
                    version ->
                        reporter.report(
                            HostReport.of(
                                context.host(),
                                capacity,
                                facts.virtType(),
                                version,
                                settings.consoleUrl())),
                    single("compute-probe")));
    startConsoles(context, settings, hypervisor);
    context.health("watch", watch::health);
    context.health("libvirt", probe::health);
    context.health("instances", () -> instances(agent));
    meters(context.metrics().registry(), agent);
  }

  private static void startConsoles(
      ServiceContext context, AgentSettings settings, Hypervisor hypervisor) throws Exception {
    context.start(
        "console-limits",
        () ->
            new ConsoleLimits(
                settings.facts(),
                settings.consoleLogLimit().bytes(),
                single("compute-console-limits")));
    Scheduler files =
        Schedulers.newBoundedElastic(CONSOLE_READERS, CONSOLE_QUEUE, "compute-console", 60, true);
    context.start("console-readers", () -> files::dispose);
    context.start(
        "consoles",
        () ->
            ConsoleServer.start(
                settings.consoleListen(),
                context.identity(),
                context.transport(),
                new ConsoleServer.Places(
                    settings.facts()::consoleLog, id -> consoles(hypervisor, id)),
                files));
  }

  /** Where the consoles of an instance are; none unless it runs. Blocks. */
  static LiveDomain.Consoles consoles(Hypervisor hypervisor, String instanceId) {
    return hypervisor
        .find(instanceId)
        .filter(status -> status.phase().active())
        .map(status -> status.running().consoles())
        .orElse(LiveDomain.Consoles.NONE);
  }

  private static Health instances(ComputeAgent agent) {
    int failing = agent.failing();
    String detail = agent.desired() + " desired, " + failing + " tried again";
    return failing == 0 ? Health.up(detail) : Health.degraded(detail);
  }

  private static void meters(MeterRegistry registry, ComputeAgent agent) {
    registry.gauge("virga.compute.instances.desired", agent, ComputeAgent::desired);
    registry.gauge("virga.compute.instances.failing", agent, ComputeAgent::failing);
    registry.gauge("virga.compute.instances.backlog", agent, ComputeAgent::backlog);
  }

  private static ScheduledExecutorService single(String name) {
    ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, daemons(name));
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  private static ThreadFactory daemons(String name) {
    return Thread.ofPlatform().daemon().name(name, 0).factory();
  }

  /** The hypervisor is there before the agent that listens to it. */
  private static final class LateListener implements DomainListener {

    private final AtomicReference<@Nullable DomainListener> listener = new AtomicReference<>();

    void become(DomainListener real) {
      listener.set(real);
    }

    @Override
    public void changed(String instanceId) {
      DomainListener real = listener.get();
      if (real != null) {
        real.changed(instanceId);
      }
    }

    @Override
    public void rebooted(String instanceId) {
      DomainListener real = listener.get();
      if (real != null) {
        real.rebooted(instanceId);
      }
    }
  }
}
