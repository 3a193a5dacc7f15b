package io.virga.blockstore.contents;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.TestNode;
import io.virga.blockstore.Volumes;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.VolumeInfo;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.door.ControlDoor;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** Whole volumes as they are at one moment, read from a real pool. */
@Timeout(60)
class ReadingTest {

  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private TestNode node;

  @BeforeEach
  void open() throws Exception {
    node = TestNode.open(directory, 64);
    assertThat(node.pool().create("v1", 5L * MIB + 4096).join()).isEqualTo(Outcome.OK);
    write(2L * MIB + 4096, filled(8192, 7));
    write(5L * MIB, filled(4096, 9));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  private void write(long offset, byte[] bytes) {
    assertThat(Volumes.startWrite(node, VolumeKind.VOLUME, "v1", offset, bytes).join())
        .isEqualTo(Outcome.OK);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private record Chunk(int index, byte[] bytes) {}

  private static Chunk chunk(ByteBuf buffer) {
    try {
      int index = buffer.readInt();
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      return new Chunk(index, bytes);
    } finally {
      buffer.release();
    }
  }

  @Test
  void readsWhatTheVolumeHeldWhenItWasOpened() {
    Reading reading = Objects.requireNonNull(Reading.open(node.pool(), "v1").block(PATIENCE));
    write(2L * MIB + 4096, filled(8192, 1));
    write(0, filled(4096, 1));
    List<Chunk> chunks =
        Objects.requireNonNull(
            reading.chunks().map(ReadingTest::chunk).collectList().block(PATIENCE));
    assertThat(reading.sizeBytes()).isEqualTo(5L * MIB + 4096);
    assertThat(chunks).extracting(Chunk::index).containsExactly(2, 5);
    byte[] second = new byte[MIB];
    Arrays.fill(second, 4096, 3 * 4096, (byte) 7);
    assertThat(chunks.get(0).bytes()).isEqualTo(second);
    byte[] last = new byte[MIB];
    Arrays.fill(last, 0, 4096, (byte) 9);
    assertThat(chunks.get(1).bytes()).isEqualTo(last);

    reading.close().block(PATIENCE);
    assertThat(snapshots()).isEmpty();
  }

  @Test
  void aReadingThatACrashHasEndedLeavesNothing() {
    Reading.open(node.pool(), "v1").block(PATIENCE);
    assertThat(snapshots())
        .singleElement()
        .matches(name -> Reading.isOf(VolumeKind.SNAPSHOT, name));
    Reading.removeLeftovers(node.pool()).block(PATIENCE);
    assertThat(snapshots()).isEmpty();
    assertThat(Reading.open(node.pool(), "v2").blockOptional(PATIENCE)).isEmpty();
  }

  private List<String> snapshots() {
    return node.pool().list().join().stream()
        .filter(info -> info.kind() == VolumeKind.SNAPSHOT)
        .map(VolumeInfo::name)
        .toList();
  }

  @Test
  void sendsContentsToControlAlone() {
    TestAuthority authority = new TestAuthority(directory);
    Scheduler blocking = Schedulers.newBoundedElastic(1, 4, "contents");
    try (Transport transport = Transport.open(TransportChoice.AUTO, 1, "contents");
        ControlDoor door =
            ControlDoor.open(
                new HostPort("127.0.0.1", 0),
                authority.identity("blockstore", "here"),
                transport,
                new ContentsServer(volume -> Optional.of(node.pool()), blocking))) {
      String url = "https://localhost:" + door.address().getPort() + "/v1/volumes/";
      HttpClient control = client(authority, "control");
      List<Integer> statuses = new ArrayList<>();
      byte[] body =
          control
              .get()
              .uri(url + "v1/contents")
              .responseSingle(
                  (response, bytes) -> {
                    statuses.add(response.status().code());
                    assertThat(response.responseHeaders().get(ContentsServer.SIZE))
                        .isEqualTo(Long.toString(5L * MIB + 4096));
                    return bytes.asByteArray();
                  })
              .block(PATIENCE);
      assertThat(body).hasSize(2 * (MIB + 4));
      assertThat(status(control, url + "v2/contents")).isEqualTo(404);
      assertThat(status(control, url + "v1/other")).isEqualTo(404);
      assertThat(status(client(authority, "netagent"), url + "v1/contents")).isEqualTo(403);
      assertThat(statuses).containsExactly(200);
      assertThat(snapshots()).isEmpty();
    } finally {
      blocking.dispose();
    }
  }

  private static HttpClient client(TestAuthority authority, String service) {
    return HttpClient.newConnection()
        .secure(
            spec ->
                spec.sslContext(authority.identity(service, "there").clientContext("blockstore")));
  }

  private static int status(HttpClient client, String url) {
    return Objects.requireNonNull(
        client
            .get()
            .uri(url)
            .responseSingle((response, body) -> body.thenReturn(response.status().code()))
            .block(PATIENCE));
  }
}
