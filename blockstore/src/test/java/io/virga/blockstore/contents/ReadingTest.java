package io.virga.blockstore.contents;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.Unpooled;
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
import io.virga.dataplane.watch.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
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

  private static List<Chunk> chunks(Reading reading) {
    ByteBuf all =
        Objects.requireNonNull(
            reading
                .chunks()
                .collect(Unpooled::buffer, (sum, piece) -> take(piece, sum))
                .block(PATIENCE));
    List<Chunk> chunks = new ArrayList<>();
    while (all.isReadable()) {
      int index = all.readInt();
      byte[] bytes = new byte[MIB];
      all.readBytes(bytes);
      chunks.add(new Chunk(index, bytes));
    }
    return chunks;
  }

  private static void take(ByteBuf piece, ByteBuf sum) {
    sum.writeBytes(piece);
    piece.release();
  }

  @Test
  void readsWhatTheVolumeHeldWhenItWasOpened() {
    Reading reading = Objects.requireNonNull(Reading.open(node.pool(), "v1").block(PATIENCE));
    write(2L * MIB + 4096, filled(8192, 1));
    write(0, filled(4096, 1));
    List<Chunk> chunks = chunks(reading);
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

  @Test
  void holdsLittleForAReaderWhoDoesNotRead() throws Exception {
    int mebibytes = 48;
    assertThat(node.pool().grow("v1", (long) mebibytes * MIB).join()).isEqualTo(Outcome.OK);
    for (int i = 0; i < mebibytes; i++) {
      write((long) i * MIB, filled(4096, 1 + i));
    }
    TestAuthority authority = new TestAuthority(directory);
    Scheduler blocking = Schedulers.newBoundedElastic(1, 4, "contents");
    try (Transport transport = Transport.open(TransportChoice.AUTO, 1, "contents");
        ControlDoor door = door(authority, transport, blocking)) {
      long before = directMemory();
      Stalled reader = new Stalled();
      client(authority, "control")
          .get()
          .uri(url(door) + "v1/contents")
          .response((response, body) -> body.retain())
          .subscribe(reader);
      Eventually.isTrue("it has begun", () -> reader.received.get() > 0);
      // Until nothing more comes to be: all that will be taken ahead has been.
      long held = -1;
      while (held != directMemory()) {
        held = directMemory();
        TimeUnit.MILLISECONDS.sleep(500);
      }
      assertThat(held - before).isLessThan(24L * MIB);
      reader.go();
      Eventually.isTrue("it gets all", () -> reader.received.get() == mebibytes * (MIB + 4L));
    } finally {
      blocking.dispose();
    }
  }

  private static long directMemory() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  /** Takes one piece, and the others when told to. */
  private static final class Stalled extends BaseSubscriber<ByteBuf> {
    private final AtomicLong received = new AtomicLong();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf piece) {
      received.addAndGet(piece.readableBytes());
      piece.release();
    }

    void go() {
      requestUnbounded();
    }
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
        ControlDoor door = door(authority, transport, blocking)) {
      String url = url(door);
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

  private ControlDoor door(TestAuthority authority, Transport transport, Scheduler blocking) {
    return ControlDoor.open(
        new HostPort("127.0.0.1", 0),
        authority.identity("blockstore", "here"),
        transport,
        new ContentsServer(volume -> Optional.of(node.pool()), blocking));
  }

  private static String url(ControlDoor door) {
    return "https://localhost:" + door.address().getPort() + "/v1/volumes/";
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
