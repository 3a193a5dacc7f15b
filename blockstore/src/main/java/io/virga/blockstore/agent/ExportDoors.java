package io.virga.blockstore.agent;

import io.netty.channel.EventLoop;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.device.Throttle;
import io.virga.blockstore.device.ThrottledBlockDevice;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IoLimits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Opens and closes the doors of volumes as desired. A name that was closed stays closed for as long
 * as the process runs, whoever asks for it: it is of an attachment that is over. Owned by the loop,
 * but for {@link #set} and {@link #close}.
 */
final class ExportDoors implements AutoCloseable {

  private static final int MAXIMUM_REMEMBERED = 1 << 16;
  private static final int CLOSE_SECONDS = 5;

  private final ExportTable table;
  private final EventLoop loop;
  private final String host;
  private final Map<String, Doors> open = new HashMap<>();
  private final Map<String, CompletableFuture<Outcome>> draining = new HashMap<>();
  private final Set<String> closed = new HashSet<>();

  /**
   * @param host this one, for whose peers an export is that names no other
   */
  ExportDoors(ExportTable table, EventLoop loop, String host) {
    this.table = table;
    this.loop = loop;
    this.host = host;
  }

  /**
   * Makes these the volume's open doors, and these the limits of all of them. Done when no request
   * that came through a closed one is in flight any more, whoever closed it. What comes through a
   * new one waits behind those.
   */
  CompletableFuture<Boolean> set(
      Pool pool, String volume, List<ExportSpec> exports, IoLimits limits) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          Doors doors =
              open.computeIfAbsent(
                  volume, v -> new Doors(pool, new Throttle(loop), new HashMap<>()));
          setOnLoop(volume, doors, new Wanted(exports, limits), done);
        });
    return done;
  }

  /** Closes the volume's doors, as {@link #set} would. */
  CompletableFuture<Boolean> closeAll(Pool pool, String volume) {
    return set(pool, volume, List.of(), IoLimits.NONE);
  }

  private void setOnLoop(String volume, Doors of, Wanted wanted, CompletableFuture<Boolean> done) {
    Map<String, ThrottledBlockDevice> doors = of.byName;
    Set<String> desired = new HashSet<>();
    wanted.exports.forEach(export -> desired.add(export.name()));
    boolean closes = !desired.containsAll(doors.keySet());
    doors.entrySet().removeIf(door -> !desired.contains(door.getKey()) && end(door));
    of.throttle.limit(wanted.limits);
    boolean allOpen = true;
    for (ExportSpec export : wanted.exports) {
      allOpen &= doors.containsKey(export.name()) || openOne(volume, export, of);
    }
    boolean result = allOpen;
    if (doors.isEmpty()) {
      open.remove(volume);
    }
    if (closes) {
      drain(of.pool, volume);
    }
    CompletableFuture<Outcome> drained = draining.get(volume);
    if (drained == null) {
      done.complete(result);
    } else {
      drained.thenRun(() -> done.complete(result));
    }
  }

  /** The last drain of a volume ends behind those before it. */
  private void drain(Pool pool, String volume) {
    CompletableFuture<Outcome> drained = pool.drain(VolumeKind.VOLUME, volume);
    draining.put(volume, drained);
    drained.thenRun(() -> draining.remove(volume, drained));
  }

  private boolean openOne(String volume, ExportSpec export, Doors doors) {
    if (closed.contains(export.name())) {
      return false;
    }
    return doors
        .pool
        .device(VolumeKind.VOLUME, volume)
        .map(
            device -> {
              ThrottledBlockDevice door =
                  new ThrottledBlockDevice(
                      new CheckedBlockDevice(device, loop, export.readOnly()), doors.throttle);
              doors.byName.put(export.name(), door);
              table.open(
                  new Export(
                      export.name(), volume, door, export.host().orElse(host), export.iscsi()));
              return true;
            })
        .orElse(false);
  }

  private void shut(Map.Entry<String, ThrottledBlockDevice> door) {
    table.close(door.getKey());
    door.getValue().close();
  }

  /** The attachment is over. */
  private boolean end(Map.Entry<String, ThrottledBlockDevice> door) {
    table.end(door.getKey());
    door.getValue().close();
    if (closed.size() < MAXIMUM_REMEMBERED) {
      closed.add(door.getKey());
    }
    return true;
  }

  /**
   * Closes all doors, and waits until nothing that came through them is in flight any more: clients
   * lose their connections, and none is told that its disk has failed. Blocks.
   */
  @Override
  public void close() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          open.forEach(
              (volume, doors) -> {
                doors.byName.entrySet().forEach(this::shut);
                drain(doors.pool, volume);
              });
          open.clear();
          CompletableFuture.allOf(draining.values().toArray(CompletableFuture<?>[]::new))
              .thenRun(() -> done.complete(null));
        });
    done.get(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private record Wanted(List<ExportSpec> exports, IoLimits limits) {}

  /** The open doors of a volume, and what holds them to its limits. */
  private record Doors(Pool pool, Throttle throttle, Map<String, ThrottledBlockDevice> byName) {}
}
