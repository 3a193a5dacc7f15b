package io.virga.blockstore.agent;

import io.netty.channel.EventLoop;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.nbd.Export;
import io.virga.blockstore.nbd.ExportTable;
import io.virga.dataplane.desired.ExportSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Opens and closes the doors of volumes as desired. A name that was closed stays closed for as long
 * as the process runs, whoever asks for it: it is of an attachment that is over. Owned by the loop,
 * but for {@link #set}.
 */
final class ExportDoors {

  private static final int MAXIMUM_REMEMBERED = 1 << 16;

  private final ExportTable table;
  private final EventLoop loop;
  private final Map<String, Map<String, CheckedBlockDevice>> open = new HashMap<>();
  private final Set<String> closed = new HashSet<>();

  ExportDoors(ExportTable table, EventLoop loop) {
    this.table = table;
    this.loop = loop;
  }

  /**
   * Makes these the volume's open doors. Done when no request that came through a closed one is in
   * flight any more.
   */
  CompletableFuture<Boolean> set(Pool pool, String volume, List<ExportSpec> exports) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.execute(() -> setOnLoop(pool, volume, exports, done));
    return done;
  }

  private void setOnLoop(
      Pool pool, String volume, List<ExportSpec> exports, CompletableFuture<Boolean> done) {
    Map<String, CheckedBlockDevice> doors = open.computeIfAbsent(volume, v -> new HashMap<>());
    Set<String> desired = new HashSet<>();
    exports.forEach(export -> desired.add(export.name()));
    boolean closes = !desired.containsAll(doors.keySet());
    doors.entrySet().removeIf(door -> !desired.contains(door.getKey()) && shut(door));
    boolean allOpen = true;
    for (ExportSpec export : exports) {
      allOpen &= doors.containsKey(export.name()) || openOne(pool, volume, export, doors);
    }
    boolean result = allOpen;
    if (doors.isEmpty()) {
      open.remove(volume);
    }
    if (closes) {
      pool.drain(VolumeKind.VOLUME, volume).thenRun(() -> done.complete(result));
    } else {
      done.complete(result);
    }
  }

  private boolean openOne(
      Pool pool, String volume, ExportSpec export, Map<String, CheckedBlockDevice> doors) {
    if (closed.contains(export.name())) {
      return false;
    }
    return pool.device(VolumeKind.VOLUME, volume)
        .map(
            device -> {
              CheckedBlockDevice door = new CheckedBlockDevice(device, loop, export.readOnly());
              doors.put(export.name(), door);
              table.open(new Export(export.name(), door));
              return true;
            })
        .orElse(false);
  }

  private boolean shut(Map.Entry<String, CheckedBlockDevice> door) {
    table.close(door.getKey());
    door.getValue().close();
    if (closed.size() < MAXIMUM_REMEMBERED) {
      closed.add(door.getKey());
    }
    return true;
  }
}
