package io.virga.blockstore.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.configuration.DataSize;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.dataplane.watch.ObservedState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What the service puts together of devices and desired state, from start to stop. */
final class DeviceHost implements AutoCloseable {

  private final List<ObservedState> observed = new ArrayList<>();
  private final List<PoolDirectory> opened = new ArrayList<>();
  private final Transport transport;
  private final AsyncFiles files;
  private final EventLoop loop;
  private final Pools pools;
  private final VolumeWork work;
  private DesiredView view = DesiredView.nothing();

  DeviceHost(Path state, Set<UUID> lost, Path... devices) throws Exception {
    transport = Transport.open(TransportChoice.AUTO, 1, "test");
    files = AsyncFiles.of(transport, 2);
    loop = transport.loops().next();
    pools = DevicePools.open(List.of(devices), lost, KnownPools.load(state), this::open);
    work =
        new VolumeWork(
            pools,
            new ExportDoors(new ExportTable(), loop, "here"),
            new Formatter(state.resolve("format")),
            () -> view,
            new Observations("here", Map.of(), observed::add));
  }

  private Pool open(Path device) throws IOException {
    Optional<DataSize> limit = Optional.of(DataSize.parse("64MiB"));
    opened.add(PoolDirectory.open(device, limit, new PoolNeeds(new NoImages(), files, loop)));
    return opened.getLast().pool();
  }

  Pools pools() {
    return pools;
  }

  Health health() {
    return PoolMeters.health(pools);
  }

  /** What control would be told of the last of these, once each has been looked at. */
  ObservedState bringAbout(DesiredState... things) throws InterruptedException {
    view = DesiredViews.of(things);
    for (Kind kind : List.of(Kind.VOLUME, Kind.SNAPSHOT)) {
      for (String id : view.of(kind).keySet()) {
        reconcile(new VolumeWork.Thing(kind, id));
      }
    }
    return observed.getLast();
  }

  /** What could not be brought about has been reported, and would be tried again. */
  private void reconcile(VolumeWork.Thing thing) throws InterruptedException {
    int reports = observed.size();
    try {
      work.reconcile(thing);
    } catch (IOException e) {
      if (observed.size() == reports) {
        throw new IllegalStateException("nobody was told", e);
      }
    }
  }

  boolean has(VolumeKind kind, String name) throws InterruptedException {
    return pools.find(kind, name).isPresent();
  }

  void write(String volume, int value) throws Exception {
    ByteBuf bytes = Unpooled.directBuffer(4096).setZero(0, 4096).writerIndex(4096);
    bytes.setByte(0, value);
    Outcome outcome = on(volume, (device, done) -> device.write(0, bytes, true, done));
    bytes.release();
    if (outcome != Outcome.OK) {
      throw new IllegalStateException("writing failed: " + outcome);
    }
  }

  int firstByte(String volume) throws Exception {
    ByteBuf bytes = Unpooled.directBuffer(4096, 4096);
    Outcome outcome = on(volume, (device, done) -> device.read(0, bytes, done));
    int value = bytes.getByte(0);
    bytes.release();
    if (outcome != Outcome.OK) {
      throw new IllegalStateException("reading failed: " + outcome);
    }
    return value;
  }

  private Outcome on(String volume, BiConsumer<BlockDevice, Completion> operation)
      throws Exception {
    Pool pool = pools.find(VolumeKind.VOLUME, volume).orElseThrow();
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    loop.execute(
        () ->
            operation.accept(pool.device(VolumeKind.VOLUME, volume).orElseThrow(), done::complete));
    return done.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    for (PoolDirectory pool : opened) {
      pool.close();
    }
    files.close();
    transport.close();
  }

  private static final class NoImages implements ImageSource {
    @Override
    public CompletableFuture<ImageMap> map(String objectPath) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }

    @Override
    public CompletableFuture<ByteBuf> chunk(String objectPath, long index) {
      return CompletableFuture.failedFuture(new IllegalStateException("no images here"));
    }
  }
}
