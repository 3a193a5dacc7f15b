package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.cluster.Hearsay;
import io.virga.objectstore.cluster.HybridClock;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.LocalReplica;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Policy 0 with three replicas on four nodes; policy 1, with two, on the last three of them. */
@Timeout(120)
class PolicyPlacementTest {

  private static final int NODES = 4;
  private static final int GOLD = 1;
  private static final Set<Integer> GOLD_NODES = Set.of(1, 2, 3);
  private static final StoragePolicy GOLD_POLICY = new StoragePolicy(GOLD, "gold", false, false);
  private static final ContainerPath AGAIN = new ContainerPath("AUTH_p1", "again");

  @TempDir Path home;

  private TestCluster start() throws IOException {
    TestCluster cluster = TestCluster.start(home, NODES, 3);
    cluster.addPolicy(GOLD_POLICY, 2, GOLD_NODES);
    cluster.awaitReplicated();
    return cluster;
  }

  private static Result<ObjectRow> put(ObjectStore store, ObjectPath path, byte[] bytes) {
    return store
        .receive(
            path,
            OptionalLong.of(bytes.length),
            Flux.just(Unpooled.wrappedBuffer(bytes)),
            received ->
                store.put(
                    path,
                    NewObject.of(received, "text/plain", Map.of()),
                    received.content(),
                    Condition.NONE))
        .blockOptional()
        .orElseThrow();
  }

  private static void make(ObjectStore store, ContainerPath path, int policy) {
    assertThat(store.putContainer(path, policy, before -> before, false).block())
        .isEqualTo(new Result.Done<>(true));
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static boolean isThere(ObjectStore store, ObjectPath path) {
    return store.object(path).blockOptional().orElseThrow().isPresent();
  }

  private static Set<Integer> holders(TestCluster cluster, int policy, ObjectPath path) {
    Set<Integer> holders = new TreeSet<>();
    for (int node = 0; node < NODES; node++) {
      if (cluster.node(node).holds(policy, path).orElse(false)) {
        holders.add(node);
      }
    }
    return holders;
  }

  /** The nodes that the policy's ring names for a path. */
  private Set<Integer> placed(Rings rings, int policy, ObjectPath path) throws IOException {
    PathHasher hasher = PathHasher.fromFile(home.resolve("n0").resolve("prefix"));
    int partition =
        hasher
            .hash(path.account(), path.container(), path.object())
            .partition(rings.object(policy).partPower());
    return rings.object(policy).devicesOf(partition).stream()
        .map(RingDevice::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void objectsAreOnTheDevicesOfTheirPolicy() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (TestCluster cluster = start()) {
      Map<ObjectPath, Integer> objects = new HashMap<>();
      for (int i = 0; i < 6; i++) {
        make(cluster.store(i % NODES), new ContainerPath("AUTH_p1", "c" + i), i % 2);
      }
      for (int i = 0; i < 80; i++) {
        int container = random.nextInt(6);
        ObjectPath path =
            new ContainerPath("AUTH_p1", "c" + container).object("o" + random.nextInt(40));
        put(cluster.store(random.nextInt(NODES)), path, bytes(random));
        objects.put(path, container % 2);
      }
      cluster.awaitReplicated();
      Rings rings = Rings.open(home.resolve("rings"));
      for (Map.Entry<ObjectPath, Integer> object : objects.entrySet()) {
        ObjectPath path = object.getKey();
        int policy = object.getValue();
        Set<Integer> placed = placed(rings, policy, path);
        TestCluster.await(
            () ->
                assertThat(holders(cluster, policy, path))
                    .as("seed %d, %s, policy %d", seed, path, policy)
                    .isEqualTo(placed)
                    .hasSize(policy == GOLD ? 2 : 3));
        assertThat(holders(cluster, 1 - policy, path)).as("seed %d, %s", seed, path).isEmpty();
        assertThat(isThere(cluster.store(random.nextInt(NODES)), path)).isTrue();
      }
    }
  }

  @Test
  void aContainerThatIsMadeAgainHasItsNewPolicy() throws Exception {
    try (TestCluster cluster = start()) {
      ObjectPath path = AGAIN.object("o");
      for (int round = 0; round < 6; round++) {
        int policy = round % 2;
        ObjectStore store = cluster.store(round % NODES);
        make(store, AGAIN, policy);
        for (int node = 0; node < NODES; node++) {
          assertThat(isThere(cluster.store(node), path)).isFalse();
        }
        put(store, path, new byte[100]);
        for (int node = 0; node < NODES; node++) {
          assertThat(isThere(cluster.store(node), path)).isTrue();
        }
        cluster.awaitReplicated();
        int copies = policy == GOLD ? 2 : 3;
        TestCluster.await(() -> assertThat(holders(cluster, policy, path)).hasSize(copies));
        assertThat(holders(cluster, 1 - policy, path)).isEmpty();
        cluster.store((round + 1) % NODES).delete(path, Condition.NONE).block();
        assertThat(store.deleteContainer(AGAIN).block()).isEqualTo(new Result.Done<>(true));
      }
    }
  }

  @Test
  void aContainerThatIsMadeAgainIsThereThoughAReplicaMissedItsDeletion() throws Exception {
    try (TestCluster cluster = TestCluster.start(home, 3, 3)) {
      make(cluster.store(1), AGAIN, 0);
      cluster.awaitReplicated();
      cluster.cutOff(0);
      assertThat(cluster.store(1).deleteContainer(AGAIN).block())
          .isEqualTo(new Result.Done<>(true));
      cluster.join(0);
      cluster.cutOff(2);
      make(cluster.store(1), AGAIN, 0);
      cluster.join(2);
      cluster.cutOff(1);
      assertThat(cluster.store(0).container(AGAIN).blockOptional().orElseThrow()).isPresent();
    }
  }

  @Test
  void aNodeThatDoesNotKnowThePolicyYetWritesNothingAstray() throws Exception {
    List<RingDevice> devices = List.of(new RingDevice(0, 1, 1, "127.0.0.1", 1, "d1", 100));
    Path known = TestRings.write(home.resolve("node").resolve("rings"), 1, devices);
    TestRings.addPolicy(known, GOLD_POLICY, 1, devices);
    Rings old = Rings.open(TestRings.write(home.resolve("old"), 1, devices));
    try (TestNode node = TestNode.start(home.resolve("node"), 0, TestCluster.OPTIONS)) {
      LocalReplica replica =
          new LocalReplica(node.device(), SystemMetadata::discards, InstantSource.system());
      PathHasher hasher = PathHasher.fromFile(home.resolve("node").resolve("prefix"));
      Hearsay hearsay = new Hearsay(Duration.ZERO, System::nanoTime);
      RingTopology topology =
          new RingTopology(old, hasher, device -> replica, Set.of(replica), hearsay);
      make(node.store(), AGAIN, GOLD);
      ObjectPath path = AGAIN.object("o");
      try (ObjectStore behind =
          new ObjectStore(topology, new HybridClock(InstantSource.system(), new Timestamp(0)))) {
        assertThatThrownBy(() -> put(behind, path, new byte[10]))
            .isInstanceOf(StoreFailure.Unavailable.class);
      }
      assertThat(node.holds(0, path)).isEmpty();
      assertThat(put(node.store(), path, new byte[10])).isInstanceOf(Result.Done.class);
      assertThat(node.holds(GOLD, path)).contains(true);
      assertThat(node.store().deleteContainer(AGAIN).block())
          .isEqualTo(Result.refused(Result.Refusal.NOT_EMPTY));
    }
  }
}
