package io.virga.blockstore.agent;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.virga.blockstore.contents.ContentsServer;
import io.virga.blockstore.contents.Reading;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.export.Loops;
import io.virga.blockstore.image.HttpImageSource;
import io.virga.blockstore.iscsi.Entries;
import io.virga.blockstore.iscsi.IscsiServer;
import io.virga.blockstore.iscsi.Targets;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.nbd.NbdServer;
import io.virga.blockstore.nbd.TlsEntrance;
import io.virga.dataplane.door.ControlDoor;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.reconcile.Reconciler;
import io.virga.dataplane.token.ServiceToken;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.Reporter;
import io.virga.dataplane.watch.WatchClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Puts the block store together. */
public final class BlockstoreService {

  private static final int FILE_THREADS = 2;
  private static final int WORKERS = 4;
  private static final int REFRESH_SECONDS = 5;
  private static final int CONTENTS_WAITING = 16;

  private BlockstoreService() {}

  /** Reads the settings and starts the parts. */
  public static void start(ServiceContext context) throws Exception {
    BlockstoreSettings settings = BlockstoreSettings.read(context.settings());
    ControlEndpoint control =
        ControlEndpoint.load(context.settings(), context.identity(), context.transport());
    EventLoop loop = context.transport().loops().next();
    AsyncFiles files =
        context.start("files", () -> AsyncFiles.of(context.transport(), FILE_THREADS));
    ServiceToken token =
        context.start(
            "token",
            () ->
                ServiceToken.start(control.client(), context.stateDirectory(), Clock.systemUTC()));
    HttpImageSource images =
        context.start(
            "images",
            () ->
                new HttpImageSource(
                    settings.objectStoreUrl(),
                    context.identity().clientContext("objectstore"),
                    context.transport().loopResources(),
                    token::current));
    Pools pools =
        DevicePools.open(
            settings.devices(),
            settings.lostPools(),
            KnownPools.load(context.stateDirectory()),
            device -> openPool(context, settings, device, new PoolNeeds(images, files, loop)));
    ExportTable exports = new ExportTable();
    ExportDoors doors =
        context.start("exports", () -> new ExportDoors(exports, loop, context.host()));
    DesiredWatch watch = startWatch(context, control, pools, doors, settings.portals());
    Budget budget = Budget.standard();
    Loops loops =
        settings.socketLoops() == BlockstoreSettings.SocketLoops.ALL
            ? new Loops(loop, context.transport().loops())
            : Loops.one(loop);
    listen(context, settings, loops, exports, budget);
    listenIscsi(context, settings.iscsi(), files, exports, loops, budget);
    listenContents(context, settings, pools);
    context.health("watch", watch::health);
    context.health("reconcile", watch::reconcileHealth);
    context.health("pools", () -> PoolMeters.health(pools));
    meters(context.metrics().registry(), watch, exports);
  }

  private static Pool openPool(
      ServiceContext context, BlockstoreSettings settings, Path device, PoolNeeds needs)
      throws Exception {
    Pool pool =
        context
            .start("pool " + device, () -> PoolDirectory.open(device, settings.poolLimit(), needs))
            .pool();
    settings.scrubRate().ifPresent(rate -> pool.scrub(rate.bytes()));
    PoolMeters.register(context.metrics().registry(), device, pool);
    Reading.removeLeftovers(pool).block();
    return pool;
  }

  private static DesiredWatch startWatch(
      ServiceContext context,
      ControlEndpoint control,
      Pools pools,
      ExportDoors doors,
      Map<String, String> portals)
      throws Exception {
    Reporter reporter = context.start("reporter", () -> Reporter.start(control));
    ExecutorService workers =
        context.start(
            "workers",
            () ->
                Executors.newFixedThreadPool(
                    WORKERS, Thread.ofPlatform().daemon().name("volume-worker-", 0).factory()));
    ScheduledExecutorService timer = context.start("timer", BlockstoreService::timer);
    Observations observations = new Observations(context.host(), portals, reporter::report);
    DesiredWatch watch = new DesiredWatch(pools, observations, reporter::resendAll);
    VolumeWork work =
        new VolumeWork(
            pools,
            doors,
            new Formatter(context.stateDirectory().resolve("format")),
            watch::view,
            observations);
    Reconciler<VolumeWork.Thing> reconciler =
        context.start(
            "reconciler",
            () -> new Reconciler<>(work, WORKERS, workers, timer, Reconciler.Patience.standard()));
    watch.begin(reconciler);
    WatchClient client =
        context.start("watch", () -> WatchClient.start(control, context.stateDirectory(), watch));
    watch.follow(client);
    timer.scheduleWithFixedDelay(watch::refresh, 1, REFRESH_SECONDS, TimeUnit.SECONDS);
    return watch;
  }

  /** What is to be tried again in a minute does not hold up the end. */
  static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("volume-timer").factory());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }

  private static void listen(
      ServiceContext context,
      BlockstoreSettings settings,
      Loops loops,
      ExportTable exports,
      Budget budget)
      throws Exception {
    NbdServer server =
        new NbdServer(
            loops,
            exports,
            context.host(),
            new TlsEntrance(context.identity().serverContext(), settings.nbdKeys()),
            budget);
    context.start(
        "nbd-unix",
        () -> {
          NbdSocket.clear(settings.nbdSocket());
          Channel channel =
              server.listen(
                  context.transport().channels().domainServer(),
                  context.transport().domainAddress(settings.nbdSocket()));
          NbdSocket.permit(settings.nbdSocket(), settings.socketMode(), settings.socketGroup());
          return closing(channel);
        });
    context.start(
        "nbd-tcp",
        () ->
            closing(
                server.listen(
                    context.transport().channels().server(), settings.nbdListen().resolve())));
  }

  private static void listenIscsi(
      ServiceContext context,
      IscsiSettings settings,
      AsyncFiles files,
      ExportTable exports,
      Loops loops,
      Budget budget)
      throws Exception {
    if (settings.listen().isEmpty()) {
      return;
    }
    ReservationFiles reservations =
        ReservationFiles.open(
            context.stateDirectory().resolve("reservations"), files, loops.engine());
    Targets targets =
        loops
            .engine()
            .submit(() -> new Targets(exports, reservations, Entries.ofExports(settings.account())))
            .get();
    IscsiServer server = new IscsiServer(loops, targets, budget);
    context.start(
        "iscsi",
        () ->
            closing(
                server.listen(
                    context.transport().channels().server(), settings.listen().get().resolve())));
  }

  private static void listenContents(
      ServiceContext context, BlockstoreSettings settings, Pools pools) throws Exception {
    if (settings.contents().isEmpty()) {
      return;
    }
    Scheduler blocking =
        Schedulers.newBoundedElastic(1, CONTENTS_WAITING, "volume-contents", 60, true);
    context.start("contents-pools", () -> blocking::dispose);
    ContentsServer server =
        new ContentsServer(volume -> pools.find(VolumeKind.VOLUME, volume), blocking);
    context.start(
        "contents",
        () ->
            ControlDoor.open(
                settings.contents().get().listen(),
                context.identity(),
                context.transport(),
                server));
  }

  private static AutoCloseable closing(Channel channel) {
    return () -> channel.close().syncUninterruptibly();
  }

  private static void meters(MeterRegistry registry, DesiredWatch watch, ExportTable exports) {
    Observations observations = watch.observations();
    registry.gauge("virga.blockstore.capacity.bytes", observations, Observations::capacityBytes);
    registry.gauge("virga.blockstore.used.bytes", observations, Observations::usedBytes);
    registry.gauge("virga.blockstore.unknown.volumes", observations, Observations::unknown);
    registry.gauge("virga.blockstore.reconcile.failing", watch, DesiredWatch::failing);
    registry.gauge("virga.blockstore.nbd.connections", exports, ExportTable::connections);
  }
}
