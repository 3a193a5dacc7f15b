package io.virga.objectstore;

import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import io.virga.objectstore.audit.AuditOptions;
import io.virga.objectstore.audit.Auditor;
import io.virga.objectstore.audit.Completeness;
import io.virga.objectstore.cluster.Hearsay;
import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceState;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.PeerService;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.remote.RemoteReplica;
import io.virga.objectstore.remote.ReplicaService;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replicator.PassReport;
import io.virga.objectstore.replicator.Replicator;
import io.virga.objectstore.store.ContainerReporter;
import io.virga.objectstore.store.ListingUpdater;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Reaper;
import io.virga.objectstore.store.SystemMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices of this node, and the store over them and all others of the rings. */
final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  private final Map<String, LocalReplica> local;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Rings rings;
  private final ReplicaService service;
  private final List<Replicator> replicators = new CopyOnWriteArrayList<>();
  private final List<Auditor> auditors = new CopyOnWriteArrayList<>();
  private final List<ListingUpdater> updaters = new CopyOnWriteArrayList<>();
  private final String address;
  private final RingTopology topology;
  private final HybridClock clock;
  private final ObjectStore store;

  private Node(
      NodeSettings settings,
      Map<String, LocalReplica> local,
      Rings rings,
      PathHasher hasher,
      HybridClock clock,
      PeerLink peers) {
    this.local = local;
    this.address = settings.node().toString();
    this.rings = rings;
    this.clock = clock;
    this.service = new ReplicaService(local);
    Map<String, Replica> byName = new ConcurrentHashMap<>();
    Map<RingDevice, Replica> byDevice = new ConcurrentHashMap<>();
    Function<RingDevice, Replica> replicas =
        device -> {
          Replica known = byDevice.get(device);
          return known != null
              ? known
              : byDevice.computeIfAbsent(device, key -> byName(byName, key, peers));
        };
    Hearsay hearsay = new Hearsay(settings.hearsay(), System::nanoTime);
    rings.beforeChange(hearsay::changed);
    this.topology =
        new RingTopology(rings, hasher, replicas, new HashSet<>(local.values()), hearsay);
    this.store = new ObjectStore(topology, clock);
    local.values().forEach(replica -> parts.push(replica.device()));
    parts.push(service);
    parts.push(store);
    local.values().forEach(replica -> parts.push(new Reaper(replica, store)));
    local.values().forEach(replica -> parts.push(new ContainerReporter(replica, topology)));
    for (LocalReplica replica : local.values()) {
      Replicator replicator = new Replicator(replica, topology, settings.replication());
      replicators.add(replicator);
      parts.push(replicator);
    }
    ScheduledExecutorService reloading =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("object-ring").daemon().factory());
    reloading.scheduleWithFixedDelay(this::reloadRings, 1, 1, TimeUnit.SECONDS);
    parts.push(reloading);
  }

  private void audit(AuditOptions options, NodeMetrics metrics) {
    for (LocalReplica replica : local.values()) {
      ListingUpdater updater = new ListingUpdater(replica, store);
      updaters.add(updater);
      parts.push(updater);
      String name = replica.name();
      Auditor auditor = new Auditor(replica, topology, options, clock, metrics.audit(name));
      auditors.add(auditor);
      parts.push(auditor);
      metrics.bind(name, auditor);
    }
  }

  /** A device stays the same replica when a ring gives it another weight or place. */
  private Replica byName(Map<String, Replica> known, RingDevice device, PeerLink peers) {
    return known.computeIfAbsent(
        device.node() + "/" + device.name(), name -> replica(device, peers));
  }

  private Replica replica(RingDevice device, PeerLink peers) {
    LocalReplica here = local.get(device.name());
    return here != null && device.node().equals(address)
        ? here
        : new RemoteReplica(peers, new HostPort(device.host(), device.port()), device.name());
  }

  static Node open(
      NodeSettings settings, InstantSource wall, NodeMetrics metrics, PeerLink peers, Disk disk)
      throws IOException {
    PathHasher hasher = PathHasher.fromFile(settings.hashPrefix().path());
    Rings rings = Rings.open(settings.rings());
    Map<String, LocalReplica> local = new LinkedHashMap<>();
    long seenMicros = 0;
    try {
      for (Path directory : settings.devices()) {
        String name = String.valueOf(directory.getFileName());
        Device device =
            Device.open(
                new Device.Setup(
                    name, directory, hasher, disk, settings.options(), metrics.device(name)));
        local.put(name, new LocalReplica(device, SystemMetadata::discards, wall));
        seenMicros = Math.max(seenMicros, device.index().lastTimestampMicros());
        metrics.bind(device);
      }
    } catch (IOException | RuntimeException e) {
      for (LocalReplica opened : local.values()) {
        opened.device().close();
      }
      throw e;
    }
    HybridClock clock = new HybridClock(wall, new Timestamp(seenMicros));
    Node node = new Node(settings, local, rings, hasher, clock, peers);
    node.audit(settings.audit(), metrics);
    return node;
  }

  List<Device> devices() {
    return local.values().stream().map(LocalReplica::device).toList();
  }

  List<Replicator> replicators() {
    return replicators;
  }

  RingTopology topology() {
    return topology;
  }

  List<Auditor> auditors() {
    return auditors;
  }

  /** A check of each device against the others. */
  List<Completeness> completeness() {
    return auditors.stream().map(auditor -> new Completeness(auditor, topology)).toList();
  }

  List<ListingUpdater> updaters() {
    return updaters;
  }

  /** What this node does for its peers. */
  PeerService service() {
    return service;
  }

  ObjectStore store() {
    return store;
  }

  /** The storage policies as they are now. */
  StoragePolicies policies() {
    return rings.policies();
  }

  Health health() {
    String detail =
        local.values().stream()
            .map(replica -> replica.name() + " " + describe(replica.device().state()))
            .collect(Collectors.joining(", "));
    boolean stopped =
        local.values().stream().anyMatch(r -> r.device().state() instanceof DeviceState.Stopped);
    boolean full =
        local.values().stream().anyMatch(r -> r.device().state() instanceof DeviceState.Full);
    String unknown = unknownDevices();
    if (!unknown.isEmpty()) {
      return Health.degraded(detail + "; the rings place replicas on what is not here: " + unknown);
    }
    return stopped ? Health.down(detail) : full ? Health.degraded(detail) : Health.up(detail);
  }

  /** What the rings take for devices of this node. */
  private String unknownDevices() {
    return topology.rings().stream()
        .flatMap(placed -> placed.ring().devices().stream())
        .filter(device -> device.node().equals(address) && !local.containsKey(device.name()))
        .map(RingDevice::name)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Whether this node's replicas have all that they should, and their peers answer. */
  Health replication() {
    List<PassReport> last = replicators.stream().map(Replicator::last).toList();
    long incomplete = last.stream().mapToLong(PassReport::incomplete).sum();
    long failed = last.stream().mapToLong(PassReport::failed).sum();
    long partitions = last.stream().mapToLong(PassReport::partitions).sum();
    String detail =
        partitions == 0 ? "only here" : partitions + " partitions are the same elsewhere";
    return incomplete + failed == 0
        ? Health.up(detail)
        : Health.degraded(
            "%d of %d partitions may lack something, %d comparisons failed"
                .formatted(incomplete, partitions, failed));
  }

  /** Whether what is stored is as it was written. */
  Health integrity() {
    String complaints =
        auditors.stream()
            .filter(auditor -> !auditor.complaint().isEmpty())
            .map(auditor -> auditor.replica().name() + ": " + auditor.complaint())
            .collect(Collectors.joining(", "));
    return complaints.isEmpty() ? Health.up("no damage is known") : Health.degraded(complaints);
  }

  private static String describe(DeviceState state) {
    return switch (state) {
      case DeviceState.Up() -> "up";
      case DeviceState.Full(String reason) -> "full: " + reason;
      case DeviceState.Stopped(String reason) -> "stopped: " + reason;
    };
  }

  void reloadRings() {
    try {
      if (rings.reload()) {
        LOG.info("the rings have changed");
        replicators.forEach(Replicator::ringsChanged);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the rings cannot be read; those in use stay", e);
    }
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
