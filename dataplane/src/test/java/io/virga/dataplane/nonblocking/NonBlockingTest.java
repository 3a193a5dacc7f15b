package io.virga.dataplane.nonblocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.file.AsyncFile;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.file.FileOption;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.operations.Metrics;
import io.virga.dataplane.operations.OperationsServer;
import io.virga.dataplane.operations.OperatorTasks;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenKeys;
import io.virga.dataplane.token.TokenSigner;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.token.Verification;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.netty.http.client.HttpClient;

/** BlockHound watches the loops while they do what they do all day. */
class NonBlockingTest {

  @TempDir Path directory;

  @BeforeAll
  static void watch() {
    // Netty spins for a moment when a ring is closed.
    BlockHound.install(
        builder ->
            builder.allowBlockingCallsInside(
                "io.netty.channel.uring.IoUringIoHandler", "closeWakeupGate"));
  }

  private static <T> T onLoop(EventLoop loop, Callable<T> task) throws Exception {
    Future<T> future = loop.submit(task);
    assertThat(future.await(10, TimeUnit.SECONDS)).isTrue();
    if (future.cause() instanceof Error e) {
      throw e;
    }
    if (future.cause() instanceof Exception e) {
      throw e;
    }
    return future.getNow();
  }

  private static int readFirst(Path file) throws IOException {
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return in.read();
    }
  }

  @Test
  void noticesAFileThatIsReadOnALoop() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "text");
    try (Transport transport = Transport.open(TransportChoice.AUTO, 1, "watched")) {
      assertThatThrownBy(() -> onLoop(transport.loops().next(), () -> readFirst(file)))
          .isInstanceOf(BlockingOperationError.class);
    }
  }

  private static List<Future<Integer>> reads(AsyncFile file, ByteBuf target, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> file.read(i, target.slice(i, 1).clear(), 1))
        .toList();
  }

  @Test
  void doesFileOperationsWithoutBlockingALoop() throws Exception {
    for (TransportChoice choice : List.of(TransportChoice.IO_URING, TransportChoice.EPOLL)) {
      ByteBuf buffer = Unpooled.directBuffer().writeBytes(new byte[4096]);
      try (Transport transport = Transport.open(choice, 1, "watched");
          AsyncFiles files = AsyncFiles.of(transport, 1)) {
        EventLoop loop = transport.loops().next();
        AsyncFile file =
            files.open(
                directory.resolve(choice.name()),
                EnumSet.of(FileOption.WRITE, FileOption.CREATE),
                loop);
        Future<Void> written = onLoop(loop, () -> file.write(0, buffer));
        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(written.cause()).isNull();
        // A pool of one thread takes a task while the loop hands it the next.
        for (Future<Integer> read : onLoop(loop, () -> reads(file, buffer.clear(), 4096))) {
          assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
          assertThat(read.getNow()).isEqualTo(1);
        }
        file.close();
      } finally {
        buffer.release();
      }
    }
  }

  @Test
  void verifiesTokensWithoutBlockingALoop() throws Exception {
    TokenKeys.generate(directory, "k1");
    TokenVerifier verifier = TokenVerifier.open(directory, InstantSource.system());
    Claims.Named name = new Claims.Named("n", "n");
    Instant now = Instant.now();
    String token =
        TokenSigner.load(directory.resolve("k1.key"))
            .sign(
                new Claims(
                    "t",
                    "k1",
                    name,
                    name,
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    now,
                    now.plusSeconds(60)));
    try (Transport transport = Transport.open(TransportChoice.AUTO, 1, "watched")) {
      for (int i = 0; i < 3; i++) {
        assertThat(onLoop(transport.loops().next(), () -> verifier.verify(token)))
            .isInstanceOf(Verification.Valid.class);
        assertThat(onLoop(transport.loops().next(), () -> verifier.verify("v1.e30.AA")))
            .isInstanceOf(Verification.Malformed.class);
      }
    }
  }

  @Test
  void answersOperatorsWithoutBlockingALoop() throws Exception {
    try (Transport transport = Transport.open(TransportChoice.AUTO, 1, "watched");
        Metrics metrics = Metrics.of("test");
        OperationsServer server =
            OperationsServer.start(
                new HostPort("127.0.0.1", 0),
                transport.loopResources(),
                new OperationsServer.Content(
                    "test",
                    Map.of("part", () -> Health.up("fine")),
                    metrics,
                    () -> Map.of("version", "1"),
                    new OperatorTasks(Optional.empty())))) {
      for (String path : List.of("/health", "/metrics", "/info")) {
        Integer status =
            HttpClient.newConnection()
                .get()
                .uri("http://127.0.0.1:" + server.address().getPort() + path)
                .responseSingle((response, body) -> body.thenReturn(response.status().code()))
                .block(Duration.ofSeconds(10));
        assertThat(status).isEqualTo(200);
      }
    }
  }
}
