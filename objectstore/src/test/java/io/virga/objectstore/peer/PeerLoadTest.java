package io.virga.objectstore.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.virga.dataplane.tls.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Much at once, over mutual TLS. Leaks are looked for by sampling here: a stack trace for each
 * touch of a hundred thousand buffers takes minutes.
 */
@Timeout(180)
class PeerLoadTest {

  private static final int PIECE_BYTES = 64 << 10;

  private static ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  @TempDir Path directory;

  private PeerSecurity server = new PlainLoopback("s");
  private PeerSecurity client = new PlainLoopback("c");

  @BeforeAll
  static void sample() {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @AfterAll
  static void restore() {
    ResourceLeakDetector.setLevel(level);
  }

  @BeforeEach
  void certify() {
    TestAuthority authority = new TestAuthority(directory);
    server = PeerSecurity.mutualTls(authority.identity("objectstore", "s"));
    client = PeerSecurity.mutualTls(authority.identity("objectstore", "c"));
  }

  @Test
  void answersTenThousandSmallCallsAtOnce() {
    try (TestPeers peers = new TestPeers(server, client, Limits.DEFAULT)) {
      Long right =
          Flux.range(0, 10_000)
              .flatMap(
                  i -> {
                    byte[] header = Integer.toString(i).getBytes(US_ASCII);
                    return peers
                        .call(TestPeers.ECHO, header, Body.of(TestPeers.zeros(1 + i % 4096)))
                        .flatMap(
                            reply ->
                                reply
                                    .body()
                                    .map(PeerLoadTest::taken)
                                    .reduce(0, Integer::sum)
                                    .filter(
                                        length ->
                                            length == 1 + i % 4096
                                                && new String(reply.header(), US_ASCII)
                                                    .equals("" + i)));
                  },
                  5000)
              .count()
              .block(TestPeers.PATIENCE);
      assertThat(right).isEqualTo(10_000);
      TestPeers.eventually(() -> peers.server().calls() == 0);
      assertThat(peers.server().connections()).isEqualTo(2);
    }
  }

  @Test
  void streamsAGibibyteEachWayAndKeepsLittleOfIt() {
    long total = 1L << 30;
    AtomicLong produced = new AtomicLong();
    AtomicLong received = new AtomicLong();
    AtomicLong mostBetween = new AtomicLong();
    Flux<ByteBuf> source =
        Flux.range(0, (int) (total / PIECE_BYTES))
            .map(
                i -> {
                  long between = produced.addAndGet(PIECE_BYTES) - received.get();
                  mostBetween.accumulateAndGet(between, Math::max);
                  return TestPeers.zeros(PIECE_BYTES);
                });
    try (TestPeers peers = TestPeers.plain()) {
      peers
          .call(TestPeers.ECHO, new byte[0], Body.of(source))
          .flatMapMany(Reply::body)
          // A slow consumer: asks for little, on another thread.
          .limitRate(2)
          .publishOn(Schedulers.single(), 2)
          .doOnNext(piece -> received.addAndGet(taken(piece)))
          .blockLast(Duration.ofSeconds(150));
      assertThat(received.get()).isEqualTo(total);
      // A window each way, what the two sides' channels hold at most, and a piece in each hand.
      assertThat(mostBetween.get()).isLessThan(2 * (512 << 10) + 2 * (1 << 20) + 8 * PIECE_BYTES);
      TestPeers.eventually(() -> peers.server().calls() == 0);
    }
  }

  private static int taken(ByteBuf piece) {
    int length = piece.readableBytes();
    piece.release();
    return length;
  }
}
