package io.virga.objectstore.simulation;

import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.Rings;
import io.virga.objectstore.audit.AuditRound;
import io.virga.objectstore.cluster.Hearsay;
import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceMetrics;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.remote.RemoteReplica;
import io.virga.objectstore.remote.ReplicaService;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replicator.OnePass;
import io.virga.objectstore.replicator.PassReport;
import io.virga.objectstore.store.ListingUpdater;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node with one device, which dies and comes back. */
final class SimulatedNode {

  static final String DEVICE = "d1";
  static final Duration HEARSAY = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedNode.class);
  private static final Instant BEGINNING = Instant.parse("2026-11-01T00:00:00Z");
  private static final DeviceOptions OPTIONS =
      new DeviceOptions(1 << 20, 96 << 10, 1 << 20, 0, 1, 1024, 1 << 30, Duration.ofDays(7));

  private final World world;
  private final int number;
  private final SimulatedDisk disk = new SimulatedDisk();
  private Duration skew = Duration.ZERO;
  private int lives;
  private Optional<Life> life = Optional.empty();

  /** What all nodes share. */
  record World(
      VirtualTime time, SimulatedNetwork network, PathHasher hasher, Path home, long seed) {}

  SimulatedNode(World world, int number) {
    this.world = world;
    this.number = number;
  }

  int number() {
    return number;
  }

  HostPort address() {
    return address(number);
  }

  static HostPort address(int number) {
    return new HostPort("10.0.0." + (number + 1), 6200);
  }

  SimulatedDisk disk() {
    return disk;
  }

  Optional<Life> life() {
    return life.filter(l -> !l.isOver());
  }

  /** As it was at the last moment, if it is dead now. */
  Life lastLife() {
    return life.orElseThrow();
  }

  /** Its clock is wrong by so much from now on. */
  void setSkew(Duration skew) {
    this.skew = skew;
  }

  private Instant now() {
    return BEGINNING.plusNanos(world.time().nowNanos()).plus(skew);
  }

  private Path directory(int number) {
    return world.home().resolve("n%d-%d".formatted(this.number, number)).resolve(DEVICE);
  }

  /** Comes to life, with all that its disk kept. */
  void start() {
    disk.heal();
    try {
      life = Optional.of(new Life(directory(lives)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Dies.
   *
   * @param power whether the machine does, and not only the process
   */
  void die(boolean power, Random random) {
    Life dying = lastLife();
    dying.end();
    try {
      if (power) {
        disk.loseUnsynced(random);
      } else {
        disk.forgetUnsynced();
      }
      Path before = directory(lives);
      lives++;
      Directories.copy(before, directory(lives));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The disk is replaced by an empty one while the node is dead. */
  void emptyDisk() {
    lives++;
  }

  /** From a start to a death. */
  final class Life {
    private final SimulatedThread thread;
    private final Device device;
    private final LocalReplica local;
    private final NearReplica near;
    private final ReplicaService service;
    private final Rings rings;
    private final RingTopology topology;
    private final HybridClock clock;
    private final ObjectStore store;
    private final ListingUpdater updater;
    private final AuditRound audit;
    private final Hearsay hearsay;
    private boolean busy;
    private boolean over;

    private Life(Path directory) throws IOException {
      VirtualTime time = world.time();
      InstantSource wall = SimulatedNode.this::now;
      this.thread = new SimulatedThread(time);
      this.device =
          Device.open(
              new Device.Setup(
                  DEVICE, directory, world.hasher(), disk, OPTIONS, DeviceMetrics.none()));
      this.local = new LocalReplica(device, SystemMetadata::discards, wall);
      this.near = new NearReplica(local, this, time, world.network());
      this.service = new ReplicaService(Map.of(DEVICE, local));
      this.rings = Rings.open(world.home().resolve("rings"));
      SimulatedLink link = new SimulatedLink(world.network(), time, this);
      Map<String, Replica> others = new HashMap<>();
      Function<RingDevice, Replica> remote =
          found ->
              others.computeIfAbsent(
                  found.node(),
                  key -> new RemoteReplica(link, new HostPort(found.host(), found.port()), DEVICE));
      this.hearsay = new Hearsay(HEARSAY, time::nowNanos);
      rings.beforeChange(hearsay::changed);
      this.topology = topology(near, remote);
      this.clock = new HybridClock(wall, new Timestamp(device.index().lastTimestampMicros()));
      Random random = new Random(world.seed() * 17 + number);
      this.store = new ObjectStore(topology, clock, thread, random::nextInt);
      this.updater = new ListingUpdater(local, store);
      this.audit = new AuditRound(local, topology(local, remote));
      settleDisk();
    }

    private RingTopology topology(Replica own, Function<RingDevice, Replica> remote) {
      String here = address().toString();
      return new RingTopology(
          rings,
          world.hasher(),
          found -> found.node().equals(here) ? own : remote.apply(found),
          Set.of(own),
          hearsay);
    }

    int node() {
      return number;
    }

    boolean isOver() {
      return over;
    }

    ReplicaService service() {
      return service;
    }

    ObjectStore store() {
      return store;
    }

    Device device() {
      return device;
    }

    NearReplica near() {
      return near;
    }

    boolean isBusy() {
      return busy;
    }

    RingTopology topology() {
      return topology;
    }

    /** The device has done something; the power may have gone in it. */
    void diskWasUsed() {
      if (disk.isPowerLost() && !over) {
        die(true, world.network().chance(number, -1));
      } else if (disk.wasOpened() && !over) {
        settleDisk();
      }
    }

    /** Waits until the device has prepared for what comes. */
    private void settleDisk() {
      device
          .checkJournal()
          .ifPresent(
              problem -> {
                throw new IllegalStateException(problem);
              });
      disk.wasOpened();
    }

    private void end() {
      over = true;
      thread.shutdown();
    }

    void reloadRings() {
      try {
        rings.reload();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A pass of the replicator. */
    PassReport replicate() {
      return OnePass.run(near, device.index(), topology);
    }

    /** Tells containers again what they may not have heard. */
    long tellContainers(Duration age) {
      return updater.run(age);
    }

    /** Reads all bytes and mends what is damaged. */
    void audit() {
      audit.run(clock.now());
    }

    long lost() {
      return audit.lost();
    }

    /** Does something that blocks, unless it is at something else. */
    void work(Runnable task) {
      if (busy || over) {
        return;
      }
      busy = true;
      try {
        world.time().asThread(task);
      } catch (StoreFailure | CompletionException e) {
        LOG.debug("node {} does it another time", number, e);
      } finally {
        busy = false;
      }
    }

    void close() {
      try {
        store.close();
        updater.close();
        service.close();
        device.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
