package io.virga.objectstore;

import io.virga.dataplane.operations.Health;
import io.virga.dataplane.ring.LiveRing;
import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceState;
import io.virga.objectstore.log.ChannelDisk;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Placement;
import io.virga.objectstore.store.Reaper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices of this node, and the store over them. */
final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final Map<String, Device> devices;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final ObjectStore store;

  private Node(Map<String, Device> devices, LiveRing ring, PathHasher hasher) {
    this.devices = devices;
    this.store = new ObjectStore(new Placement(ring, hasher, devices));
    devices.values().forEach(parts::push);
    devices.values().forEach(device -> parts.push(new Reaper(device)));
    ScheduledExecutorService reloading =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("object-ring").daemon().factory());
    reloading.scheduleWithFixedDelay(() -> reload(ring), 5, 5, TimeUnit.SECONDS);
    parts.push(reloading);
  }

  static Node open(NodeSettings settings, InstantSource clock, NodeMetrics metrics)
      throws IOException {
    PathHasher hasher = PathHasher.fromFile(settings.hashPrefix().path());
    LiveRing ring = new LiveRing(settings.ringFile());
    Map<String, Device> devices = new LinkedHashMap<>();
    try {
      for (Path directory : settings.devices()) {
        String name = String.valueOf(directory.getFileName());
        Device device =
            Device.open(
                new Device.Setup(
                    name,
                    directory,
                    hasher,
                    new ChannelDisk(),
                    settings.options(),
                    clock,
                    metrics.device(name)));
        devices.put(name, device);
        metrics.bind(device);
      }
    } catch (IOException | RuntimeException e) {
      for (Device opened : devices.values()) {
        opened.close();
      }
      throw e;
    }
    return new Node(devices, ring, hasher);
  }

  ObjectStore store() {
    return store;
  }

  Health health() {
    String detail =
        devices.values().stream()
            .map(device -> device.name() + " " + describe(device.state()))
            .collect(Collectors.joining(", "));
    boolean stopped =
        devices.values().stream().anyMatch(d -> d.state() instanceof DeviceState.Stopped);
    boolean full = devices.values().stream().anyMatch(d -> d.state() instanceof DeviceState.Full);
    return stopped ? Health.down(detail) : full ? Health.degraded(detail) : Health.up(detail);
  }

  private static String describe(DeviceState state) {
    return switch (state) {
      case DeviceState.Up() -> "up";
      case DeviceState.Full(String reason) -> "full: " + reason;
      case DeviceState.Stopped(String reason) -> "stopped: " + reason;
    };
  }

  private static void reload(LiveRing ring) {
    try {
      if (ring.reload()) {
        LOG.info("the ring has version {} now", ring.current().version());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the ring file cannot be read; the ring in use stays", e);
    }
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
