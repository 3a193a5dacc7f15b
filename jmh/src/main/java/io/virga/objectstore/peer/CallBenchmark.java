package io.virga.objectstore.peer;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

/**
 * A small call and its answer, client and server on one loop of one core each, so many in flight.
 * With the system property {@code virga.jmh.pki}, a home's {@code pki} folder, over mutual TLS.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class CallBenchmark {

  private static final int CALLS = 10_000;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Param({"1", "32"})
  private int inFlight;

  @Param({"0", "4096"})
  private int bodyBytes;

  private final byte[] header = new byte[200];
  private Transport serverLoops;
  private Transport clientLoops;
  private PeerServer server;
  private PeerClient client;
  private HostPort address;

  @Setup
  public void connect() {
    serverLoops = Transport.open(TransportChoice.AUTO, 1, "server");
    clientLoops = Transport.open(TransportChoice.AUTO, 1, "client");
    PeerSecurity security = security();
    server =
        PeerServer.listen(
            new InetSocketAddress("127.0.0.1", 0),
            security,
            serverLoops,
            call ->
                call.body()
                    .doOnNext(piece -> piece.release())
                    .then(Mono.just(new Answer(200, header))));
    client = PeerClient.open(clientLoops, security);
    address = new HostPort("127.0.0.1", server.address().getPort());
  }

  @TearDown
  public void close() {
    client.close();
    server.close();
    clientLoops.close();
    serverLoops.close();
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void call() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    EventLoop loop = clientLoops.loops().next();
    loop.execute(() -> new Caller(done).begin());
    done.await();
  }

  private static PeerSecurity security() {
    String pki = System.getProperty("virga.jmh.pki", "");
    if (pki.isEmpty()) {
      return new Plain();
    }
    Path folder = Path.of(pki);
    return PeerSecurity.mutualTls(
        ProcessIdentity.load(
            folder.resolve("ca.crt"),
            folder.resolve("objectstore.crt"),
            folder.resolve("objectstore.key")));
  }

  /** Keeps so many calls going, on the loop. */
  private final class Caller implements PeerLink.Listener {

    private final CountDownLatch done;
    private int begun;
    private int ended;

    Caller(CountDownLatch done) {
      this.done = done;
    }

    void begin() {
      for (int i = 0; i < inFlight; i++) {
        next();
      }
    }

    private void next() {
      begun++;
      Body body =
          bodyBytes == 0
              ? Body.NONE
              : Body.of(
                  PooledByteBufAllocator.DEFAULT.directBuffer(bodyBytes).writeZero(bodyBytes));
      client.start(address, new PeerRequest(1, header, body, DEADLINE), this);
    }

    @Override
    public void replied(Reply reply) {
      ended++;
      if (ended == CALLS) {
        done.countDown();
      } else if (begun < CALLS) {
        next();
      }
    }

    @Override
    public void failed(PeerFailure failure) {
      throw failure;
    }
  }

  /** No TLS. */
  private static final class Plain extends PeerSecurity {
    @Override
    String self() {
      return "jmh";
    }

    @Override
    boolean hasHandshake() {
      return false;
    }

    @Override
    void secureServer(Channel channel) {
      // Nothing secures it.
    }

    @Override
    void secureClient(Channel channel, HostPort peer) {
      // Nothing secures it.
    }

    @Override
    Peer identify(ChannelPipeline pipeline) {
      return new Peer.Unproven();
    }
  }
}
