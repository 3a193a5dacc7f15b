package io.virga.netagent;

import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.process.Service;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.Reporter;
import io.virga.dataplane.watch.WatchClient;
import io.virga.dataplane.watch.WatchListener;
import io.virga.netagent.agent.AgentSettings;
import io.virga.netagent.agent.NetworkAgent;
import io.virga.netagent.trace.TraceQuestion;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** The process: follows control, and reconciles on every change and at intervals. */
public final class Main {

  private static final String BRIDGE = "bridge";
  private static final int LOOK_SECONDS = 5;
  private static final Reconciler.Patience PATIENCE =
      new Reconciler.Patience(
          Duration.ofMillis(100), Duration.ofSeconds(5), RandomGenerator.getDefault());

  private Main() {}

  public static void main(String[] arguments) {
    Service.run("netagent", arguments, Main::start);
  }

  private static void start(ServiceContext context) throws Exception {
    AgentSettings settings = AgentSettings.read(context.settings());
    ControlEndpoint control =
        ControlEndpoint.load(context.settings(), context.identity(), context.transport());
    AtomicReference<DesiredView> desired = new AtomicReference<>(DesiredView.nothing());
    Wake wake = new Wake();
    Reporter reporter = context.start("reporter", () -> Reporter.start(control));
    NetworkAgent agent =
        context.start(
            "agent",
            () ->
                new NetworkAgent(
                    settings,
                    new NetworkAgent.Surroundings(
                        context.host(), context.transport(), context.metrics().registry()),
                    desired::get,
                    reporter::report,
                    wake::run));
    context.question("trace", new TraceQuestion(agent::view));
    context.health("ovsdb", agent::databaseHealth);
    context.health("openflow", agent::connectionHealth);
    context.health("reconcile", agent::reconcileHealth);
    ScheduledExecutorService thread = context.start("reconcile-thread", Main::reconcileThread);
    Reconciler<String> reconciler =
        context.start(
            "reconciler",
            () -> new Reconciler<>(_ -> agent.reconcile(), 1, thread, thread, PATIENCE));
    wake.task = () -> reconciler.enqueue(BRIDGE);
    WatchClient watch =
        context.start(
            "watch",
            () ->
                WatchClient.start(
                    control,
                    context.stateDirectory(),
                    new Follower(desired, reporter, () -> reconciler.enqueue(BRIDGE))));
    context.health("control", watch::health);
    thread.scheduleWithFixedDelay(
        () -> reconciler.enqueue(BRIDGE), 0, LOOK_SECONDS, TimeUnit.SECONDS);
    thread.scheduleWithFixedDelay(agent::tick, 1, 1, TimeUnit.SECONDS);
  }

  private static ScheduledExecutorService reconcileThread() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> Thread.ofPlatform().daemon().name("reconcile").unstarted(task));
  }

  /** Lets the agent call a reconciler that is made after it. */
  private static final class Wake {

    private volatile Runnable task = () -> {};

    void run() {
      task.run();
    }
  }

  /** Takes in what is desired and has it reconciled. */
  private record Follower(
      AtomicReference<DesiredView> desired, Reporter reporter, Runnable reconcile)
      implements WatchListener {

    @Override
    public void changed(DesiredView view, Map<Kind, Set<String>> changed) {
      desired.set(view);
      reconcile.run();
    }

    @Override
    public void connected() {
      reporter.resendAll();
    }
  }
}
