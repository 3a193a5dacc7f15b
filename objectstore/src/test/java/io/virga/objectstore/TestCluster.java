package io.virga.objectstore;

import io.netty.util.concurrent.GlobalEventExecutor;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.peer.FaultyPeerLink;
import io.virga.objectstore.replicator.PassReport;
import io.virga.objectstore.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Several nodes in this process, each with one device, that talk over loopback. */
final class TestCluster implements AutoCloseable {

  static final DeviceOptions OPTIONS =
      DeviceOptions.defaults().withSegments(2 << 20, 256 << 10).withMinimumFree(0);

  private static final int FIRST_PORT = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path home;
  private final Path rings;
  private final int replicas;
  private final List<RingDevice> devices = new ArrayList<>();
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<FaultyPeerLink> links = new ArrayList<>();
  private final Set<Integer> stopped = new HashSet<>();

  private TestCluster(Path home, int replicas) {
    this.home = home;
    this.replicas = replicas;
    this.rings = home.resolve("rings");
  }

  static TestCluster start(Path home, int nodes, int replicas) throws IOException {
    TestCluster cluster = new TestCluster(home, replicas);
    String host = ownLoopbackAddress();
    for (int id = 0; id < nodes; id++) {
      cluster.devices.add(new RingDevice(id, 1, id + 1, host, FIRST_PORT + id, "d1", 100));
    }
    TestRings.write(cluster.rings, replicas, cluster.devices);
    for (int i = 0; i < nodes; i++) {
      cluster.links.add(null);
      cluster.nodes.add(cluster.startNode(i));
    }
    cluster.awaitReplicated();
    return cluster;
  }

  /** An address that no outgoing connection takes a port of: those leave from 127.0.0.1. */
  private static String ownLoopbackAddress() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127.%d.%d.%d"
        .formatted(random.nextInt(1, 255), random.nextInt(255), random.nextInt(1, 255));
  }

  private TestNode startNode(int i) throws IOException {
    return TestNode.start(
        home.resolve("n" + i),
        rings,
        peer(i),
        0,
        OPTIONS,
        link -> {
          FaultyPeerLink faulty = new FaultyPeerLink(link, GlobalEventExecutor.INSTANCE);
          links.set(i, faulty);
          return faulty;
        });
  }

  /** From now on the rings place things on the first nodes only. */
  void useOnly(int count) throws IOException {
    List<RingDevice> weighted = new ArrayList<>();
    for (RingDevice device : devices) {
      weighted.add(device.withWeight(device.id() < count ? 100 : 0));
    }
    TestRings.write(rings, replicas, weighted);
    nodes.forEach(TestNode::reloadRings);
  }

  /** There is one more storage policy from now on, with replicas on some of the nodes. */
  void addPolicy(StoragePolicy policy, int replicas, Set<Integer> on) throws IOException {
    List<RingDevice> weighted =
        devices.stream().map(d -> d.withWeight(on.contains(d.id()) ? 100 : 0)).toList();
    TestRings.addPolicy(rings, policy, replicas, weighted);
    nodes.forEach(TestNode::reloadRings);
  }

  HostPort peer(int i) {
    return new HostPort(devices.get(i).host(), devices.get(i).port());
  }

  TestNode node(int i) {
    return nodes.get(i);
  }

  ObjectStore store(int i) {
    return nodes.get(i).store();
  }

  /** Waits until all replicas of everything are the same. */
  void awaitReplicated() {
    await(
        () -> {
          List<PassReport> reports = nodes.stream().map(TestNode::replicate).toList();
          if (!reports.stream().allMatch(PassReport::isAllTheSame)) {
            throw new IllegalStateException("the replicas have not become the same: " + reports);
          }
        });
  }

  /** Tries until it succeeds, for a bounded time. */
  static void await(Runnable attempt) {
    long untilNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        attempt.run();
        return;
      } catch (RuntimeException | AssertionError e) {
        if (System.nanoTime() - untilNanos > 0) {
          throw e;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  /** Ends a node in an orderly way. */
  void stop(int i) throws Exception {
    nodes.get(i).close();
    stopped.add(i);
  }

  void restart(int i) throws Exception {
    nodes.set(i, startNode(i));
    stopped.remove(i);
  }

  /** Cuts a node off from all others, both ways. */
  void cutOff(int node) {
    for (int other = 0; other < nodes.size(); other++) {
      if (other != node) {
        links.get(other).set(peer(node), new FaultyPeerLink.Fault.Cut());
        links.get(node).set(peer(other), new FaultyPeerLink.Fault.Cut());
      }
    }
  }

  void join(int node) {
    for (int other = 0; other < nodes.size(); other++) {
      links.get(other).heal(peer(node));
      links.get(node).heal(peer(other));
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = 0; i < nodes.size(); i++) {
      if (!stopped.contains(i)) {
        nodes.get(i).close();
      }
    }
  }
}
