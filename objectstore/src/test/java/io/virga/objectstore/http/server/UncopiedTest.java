package io.virga.objectstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import io.virga.dataplane.file.SocketBurst;
import io.virga.objectstore.flow.PageCached;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.log.SegmentFile;
import io.virga.objectstore.log.TestDisk;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Replies whose bytes lie in files, to clients that are slow and fast. */
@Timeout(120)
class UncopiedTest {

  private static final int PIECE = 256 << 10;
  private static final int PIECES = 100;
  private static final byte[] GET =
      "GET / HTTP/1.1\r\nhost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;

  private final byte[] bytes = new byte[PIECE * PIECES];
  private final AtomicLong uncopied = new AtomicLong();
  private final AtomicInteger alive = new AtomicInteger();

  @BeforeEach
  void fill() throws IOException {
    new Random(5).nextBytes(bytes);
    Files.write(directory.resolve("f"), bytes);
  }

  /** A piece of the file, in memory as well. */
  private final class PieceOfFile extends CompositeByteBuf implements PageCached {

    private final SegmentFile file;
    private final long offset;

    PieceOfFile(SegmentFile file, int number) {
      super(ByteBufAllocator.DEFAULT, true, 1);
      this.file = file;
      this.offset = (long) number * PIECE;
      addComponent(true, Unpooled.directBuffer(PIECE).writeBytes(bytes, number * PIECE, PIECE));
      alive.incrementAndGet();
    }

    @Override
    public void send(SocketBurst burst) {
      int sent = file.send(burst, offset + readerIndex(), readableBytes());
      uncopied.addAndGet(sent);
      skipBytes(sent);
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      alive.decrementAndGet();
    }
  }

  private Reply reply(SegmentFile file) {
    return Reply.of(200)
        .with(
            new Reply.Stream(
                bytes.length, Flux.range(0, PIECES).map(number -> new PieceOfFile(file, number))));
  }

  private TestFront front(Optional<SslContext> tls, SegmentFile file) {
    return new TestFront(tls, TestFront.PATIENCE, request -> Mono.fromSupplier(() -> reply(file)));
  }

  private void exchange(Socket client) throws IOException {
    client.getOutputStream().write(GET);
    InputStream in = client.getInputStream();
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += (char) in.read();
    }
    assertThat(head).startsWith("HTTP/1.1 200");
    // The socket fills meanwhile: what it does not take at once is written when it does.
    Steady.value(uncopied::get);
    assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);
  }

  @Test
  void sendsFromThePageCacheWhatTheSocketTakesAndTheRestFromMemory() throws Exception {
    try (SegmentFile file = TestDisk.open().open(directory.resolve("f"));
        TestFront front = front(Optional.empty(), file);
        Socket client = new Socket("127.0.0.1", front.front().port())) {
      exchange(client);
      exchange(client);
      assertThat(uncopied.get()).isBetween((long) PIECE, 2L * bytes.length - 1);
      front.eventuallyIdle();
      assertThat(alive).hasValue(0);
    }
  }

  @Test
  void releasesAllWhenTheClientGoes() throws Exception {
    try (SegmentFile file = TestDisk.open().open(directory.resolve("f"));
        TestFront front = front(Optional.empty(), file)) {
      try (Socket client = new Socket("127.0.0.1", front.front().port())) {
        client.getOutputStream().write(GET);
        assertThat(client.getInputStream().readNBytes(PIECE)).hasSize(PIECE);
      }
      front.eventuallyIdle();
      TestFront.eventually(() -> alive.get() == 0);
    }
  }

  @Test
  void encryptsAll() throws Exception {
    TlsFixture tls = new TlsFixture(directory);
    try (SegmentFile file = TestDisk.open().open(directory.resolve("f"));
        TestFront front = front(Optional.of(tls.server()), file);
        Socket client = tls.connect(front.front().port())) {
      exchange(client);
      assertThat(uncopied).hasValue(0);
    }
  }
}
