package io.virga.dataplane.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.SnapshotSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchClientTest {

  private static final WatchClient.Timing QUICK =
      new WatchClient.Timing(
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofMillis(700),
          Duration.ofMillis(1));

  @TempDir static Path certificates;
  @TempDir Path state;
  private static Transport transport;
  private static TestAuthority authority;
  private FakeControl control;
  private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  private record Told(Set<String> snapshots, Map<Kind, Set<String>> changed) {}

  private final WatchListener listener =
      new WatchListener() {
        @Override
        public void changed(DesiredView view, Map<Kind, Set<String>> changed) {
          assertThat(view.isComplete()).isTrue();
          told.add(new Told(view.of(SnapshotSpec.class).keySet(), changed));
        }

        @Override
        public void connected() {
          connections.incrementAndGet();
        }
      };

  @BeforeAll
  static void startLoops() {
    transport = Transport.open(TransportChoice.AUTO, 1, "watch-test");
    authority = new TestAuthority(certificates);
  }

  @AfterAll
  static void stopLoops() {
    transport.close();
  }

  @BeforeEach
  void startControl() {
    control = new FakeControl(authority.identity("control", "h0"), transport, 0);
  }

  @AfterEach
  void stopControl() {
    control.close();
  }

  private WatchClient client() {
    return client(control.url());
  }

  private WatchClient client(URI url) {
    return WatchClient.start(
        ControlEndpoint.of(url, authority.identity("blockstore", "h1"), transport),
        state,
        QUICK,
        listener);
  }

  private void awaitStreams(int count) {
    Eventually.isTrue(count + " streams", () -> control.watchUris.size() >= count);
  }

  private static WatchEvent put(String id, long revision) {
    return new WatchEvent.Put(
        "snapshot",
        id,
        revision,
        Json.tree(new SnapshotSpec(id, revision, Presence.PRESENT, "v1")));
  }

  private void listOf(String... ids) throws Exception {
    control.say(new WatchEvent.Reset("c1"));
    for (String id : ids) {
      control.say(put(id, 1));
    }
    control.say(new WatchEvent.Synced(10));
  }

  @Test
  void listsThenFollowsAndTellsWhoItIs() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      assertThat(control.watchUris).containsExactly("/v1/watch");
      listOf("a", "b");
      Told first = Eventually.next(told);
      assertThat(first.snapshots()).containsExactlyInAnyOrder("a", "b");
      assertThat(first.changed()).isEqualTo(Map.of(Kind.SNAPSHOT, Set.of("a", "b")));
      control.say(put("c", 11), new WatchEvent.Delete("snapshot", "a", 12));
      Told second = Eventually.next(told);
      while (second.snapshots().contains("a")) {
        second = Eventually.next(told);
      }
      assertThat(second.snapshots()).containsExactlyInAnyOrder("b", "c");
      assertThat(client.health().status()).isEqualTo(Health.Status.UP);
      assertThat(control.peers).containsExactly(Optional.of(new PeerIdentity("blockstore", "h1")));
    }
  }

  @Test
  void resumesBehindTheLastBookmarkWithoutForgetting() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      listOf("a");
      Eventually.next(told);
      control.say(put("b", 15), new WatchEvent.Bookmark(20), put("c", 21));
      Eventually.isTrue("c", () -> client.view().of(SnapshotSpec.class).containsKey("c"));
      control.breakStream();
      awaitStreams(2);
      assertThat(control.watchUris.get(1)).isEqualTo("/v1/watch?since=20&cluster=c1");
      control.say(put("d", 22), new WatchEvent.Synced(22));
      Eventually.isTrue("d", () -> client.view().of(SnapshotSpec.class).containsKey("d"));
      assertThat(client.view().of(SnapshotSpec.class)).containsOnlyKeys("a", "b", "c", "d");
      assertThat(connections).hasValue(2);
    }
  }

  @Test
  void removesNothingByAListThatBrokeOff() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      listOf("a", "b");
      Eventually.next(told);
      control.say(new WatchEvent.Reset("c2"), put("a", 2));
      control.breakStream();
      awaitStreams(2);
      assertThat(control.watchUris.get(1)).isEqualTo("/v1/watch?since=10&cluster=c1");
      assertThat(client.view().of(SnapshotSpec.class)).containsOnlyKeys("a", "b");
      control.say(new WatchEvent.Reset("c2"), put("b", 2), new WatchEvent.Synced(3));
      Eventually.isTrue("a gone", () -> client.view().of(SnapshotSpec.class).size() == 1);
      assertThat(client.view().of(SnapshotSpec.class)).containsOnlyKeys("b");
    }
  }

  @Test
  void givesUpAStreamThatSaysNothing() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(2);
      listOf("a");
      assertThat(Eventually.next(told).snapshots()).containsExactly("a");
      assertThat(client.view().isComplete()).isTrue();
    }
  }

  @Test
  void startsFromDiskWhileControlIsAway() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      listOf("a", "b");
      Eventually.next(told);
      assertThat(client.view().isComplete()).isTrue();
    }
    Path file = state.resolve("watch.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    int port = control.port();
    control.close();
    try (WatchClient client = client(URI.create("https://localhost:" + port))) {
      assertThat(client.view().of(SnapshotSpec.class)).containsOnlyKeys("a", "b");
      Told first = Eventually.next(told);
      assertThat(first.changed()).isEqualTo(Map.of(Kind.SNAPSHOT, Set.of("a", "b")));
      assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
      control = new FakeControl(authority.identity("control", "h0"), transport, port);
      awaitStreams(1);
      assertThat(control.watchUris.getFirst()).isEqualTo("/v1/watch?since=10&cluster=c1");
    }
  }

  @Test
  void tellsOfAnEmptyCompleteState() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      assertThat(client.view().isComplete()).isFalse();
      listOf();
      assertThat(Eventually.next(told).snapshots()).isEmpty();
    }
  }

  @Test
  void keepsWhatItCannotReadAndPassesOverWhatItDoesNotKnow() throws Exception {
    try (WatchClient client = client()) {
      awaitStreams(1);
      listOf("a");
      Eventually.next(told);
      control.sayRaw(
          """
          {"type":"reset","cluster":"c1"}
          {"type":"put","kind":"snapshot","id":"a","revision":2,"spec":{"generation":"x"}}
          {"type":"put","kind":"colour","id":"red","revision":2,"spec":{}}
          {"type":"applause"}
          """);
      control.say(put("b", 3), new WatchEvent.Synced(30));
      assertThat(Eventually.next(told).snapshots()).containsExactlyInAnyOrder("a", "b");
      assertThat(connections).hasValue(1);
    }
  }

  @Test
  void trustsNoServerButControl() throws Exception {
    try (FakeControl impostor =
            new FakeControl(authority.identity("objectstore", "h0"), transport, 0);
        WatchClient client = client(impostor.url())) {
      Eventually.isTrue("an attempt", () -> client.health().status() == Health.Status.DEGRADED);
      assertThat(impostor.watchUris).isEmpty();
      assertThat(client.view().isComplete()).isFalse();
    }
  }
}
