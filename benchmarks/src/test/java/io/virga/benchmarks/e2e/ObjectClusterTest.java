package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.ObjectLoad;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.soak.ObjectProof;
import io.virga.benchmarks.soak.ObjectSoak;
import io.virga.benchmarks.soak.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A cloud of several object store nodes, and nothing else that would need a machine's network. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectClusterTest {

  private static final int BASE_PORT = 18900;
  private static final List<String> NODES =
      List.of("objectstore", "objectstore-2", "objectstore-3", "objectstore-4");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final Duration SOAK_TIME = Duration.ofSeconds(30);
  private static final int FILES = 20;
  private static final int MIN_OBJECTS = 20;

  private final ScratchDirectory scratch = ScratchDirectory.make("virga-nodes");
  private final Path root = Path.of(System.getProperty("virga.root"));
  private final Cloud cloud = new Cloud(root, scratch.path().resolve("home"));

  @BeforeAll
  void start() {
    up();
  }

  @AfterAll
  void stop() {
    cloud.close();
    scratch.close();
  }

  private void up() {
    cloud.up(BASE_PORT, "--object-nodes", "" + NODES.size(), "--without", "network,compute");
  }

  @Test
  void nothingFailsWhileANodeIsKilledAndAway(@TempDir Path files) throws IOException {
    Path sent = Files.createDirectory(files.resolve("sent"));
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = new byte[i * 30_011];
      new Random(i).nextBytes(bytes);
      Files.write(sent.resolve("file" + i), bytes);
    }
    String container = cloud.objectStoreUrl() + "/while-a-node-is-away";
    try (ObjectLoad load = new ObjectLoad(container, cloud.demoToken())) {
      awaitMore(load);
      cloud.killForGood("objectstore-3");
      swift(2, sent, "upload", "stock", ".");
      awaitMore(load);
      Path received = Files.createDirectory(files.resolve("received"));
      swift(4, received, "download", "stock");
      for (int i = 0; i < FILES; i++) {
        assertThat(received.resolve("file" + i)).hasSameBinaryContentAs(sent.resolve("file" + i));
      }
      cloud.virga("start", "objectstore-3").orFail();
      awaitMore(load);
      assertThat(load.stopAndCountLost()).isZero();
      assertThat(load.failureCount()).isZero();
    }
    Path again = Files.createDirectory(files.resolve("again"));
    swift(3, again, "download", "stock");
    try (Stream<Path> found = Files.list(again)) {
      assertThat(found).hasSize(FILES);
    }
    List<String> proof = new ArrayList<>();
    new ObjectProof(cloud).run(proof::add);
    assertThat(proof).hasSize(NODES.size());
  }

  @Test
  void everyNodeIsKnownByItsName() {
    Shell.Result status = cloud.virga("status", "--json");
    assertThat(status.exitCode()).as(status.out()).isZero();
    for (String node : NODES) {
      assertThat(status.out()).contains('"' + node + '"');
      assertThat(cloud.virga("logs", "-n", "1000", node).orFail()).contains("is ready after");
    }
    String before = cloud.pid("objectstore-2");
    cloud.virga("stop", "objectstore-2").orFail();
    assertThat(cloud.virga("status").out()).containsPattern("objectstore-2 +held");
    cloud.virga("start", "objectstore-2").orFail();
    assertThat(cloud.pid("objectstore-2")).isNotEqualTo(before);
    cloud.killAndAwaitHealthy("objectstore-4");
  }

  @Test
  void everyNodeIsToldOfKeysAndRevocations() {
    cloud.aws(LIMIT, "s3", "mb", "s3://told");
    String token = cloud.demoToken();
    for (int node = 1; node <= NODES.size(); node++) {
      Map<String, String> door = Map.of("AWS_ENDPOINT_URL", door(node));
      assertThat(cloud.attemptAws(LIMIT, door, "s3", "ls").orFail()).contains("told");
      assertThat(statusOf(node, token)).isEqualTo("204");
    }
    cloud.demo().run("openstack", "token", "revoke", token);
    for (int node = 1; node <= NODES.size(); node++) {
      int asked = node;
      Patience.await(
          "node " + node + " to refuse the token",
          LIMIT,
          LOOK_INTERVAL,
          () -> Optional.of(statusOf(asked, token)).filter("401"::equals));
    }
  }

  @Test
  void anotherSupervisorTakesOverEveryNode() {
    List<String> before = NODES.stream().map(cloud::pid).toList();
    cloud.signal("supervisor", "KILL");
    up();
    assertThat(NODES.stream().map(cloud::pid)).isEqualTo(before);
  }

  @Test
  void nothingIsLostWhateverHappensToTheNodes() {
    long seed = new SecureRandom().nextInt(Integer.MAX_VALUE);
    System.out.println("seed " + seed);
    Soak.Conditions conditions = new Soak.Conditions(root, scratch.path(), SOAK_TIME, seed);
    Soak.Outcome outcome = new ObjectSoak().run(cloud, conditions, System.out::println);
    assertThat(outcome.damage()).isEqualTo(new Soak.Damage(0, 0, 0));
    assertThat(outcome.faults()).isPositive();
  }

  private static void awaitMore(ObjectLoad load) {
    int count = load.acknowledgedCount() + MIN_OBJECTS;
    Patience.await(
        count + " acknowledged objects",
        LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(load.acknowledgedCount()).filter(n -> n >= count));
  }

  private static String door(int node) {
    return "http://127.0.0.%d:%d".formatted(node, BASE_PORT + 10);
  }

  private String account(int node) {
    return door(node) + cloud.objectStoreUrl().replaceFirst("^http://[^/]+", "");
  }

  /** The stock client, by the door of a node. */
  private void swift(int node, Path directory, String... arguments) {
    List<String> line =
        Stream.concat(Stream.of("swift", "--os-storage-url", account(node)), Stream.of(arguments))
            .toList();
    new Shell(cloud.demo().environment(), directory).run(line.toArray(String[]::new));
  }

  private String statusOf(int node, String token) {
    return new Shell(Map.of(), cloud.home())
        .run(
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-I",
            "-H",
            "X-Auth-Token: " + token,
            account(node));
  }
}
