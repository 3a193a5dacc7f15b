package io.virga.objectstore;

import io.netty.util.concurrent.GlobalEventExecutor;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.ring.RingDevice;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.peer.FaultyPeerLink;
import io.virga.objectstore.replicator.PassReport;
import io.virga.objectstore.store.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several nodes in this process, each with one device, that talk over loopback. */
final class TestCluster implements AutoCloseable {

  static final DeviceOptions OPTIONS =
      DeviceOptions.defaults().withSegments(2 << 20, 256 << 10).withMinimumFree(0);

  private static final int ROUNDS = 50;

  private final Path home;
  private final Path rings;
  private final List<RingDevice> devices = new ArrayList<>();
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<FaultyPeerLink> links = new ArrayList<>();

  private TestCluster(Path home) {
    this.home = home;
    this.rings = home.resolve("rings");
  }

  static TestCluster start(Path home, int nodes, int replicas) throws IOException {
    TestCluster cluster = new TestCluster(home);
    for (int port : freePorts(nodes)) {
      int id = cluster.devices.size();
      cluster.devices.add(new RingDevice(id, 1, id + 1, "127.0.0.1", port, "d1", 100));
    }
    TestRings.write(cluster.rings, replicas, cluster.devices);
    for (int i = 0; i < nodes; i++) {
      cluster.links.add(null);
      cluster.nodes.add(cluster.startNode(i));
    }
    cluster.awaitReplicated();
    return cluster;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
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
    List<PassReport> reports = List.of();
    for (int round = 0; round < ROUNDS; round++) {
      reports = nodes.stream().map(TestNode::replicate).toList();
      if (reports.stream().allMatch(PassReport::isAllTheSame)) {
        return;
      }
    }
    throw new IllegalStateException("the replicas have not become the same: " + reports);
  }

  /** Ends a node in an orderly way. */
  void stop(int i) throws Exception {
    nodes.get(i).close();
  }

  void restart(int i) throws Exception {
    nodes.set(i, startNode(i));
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
    for (TestNode node : nodes) {
      node.close();
    }
  }
}
