package io.virga.objectstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.virga.dataplane.buffer.Inbox;
import io.virga.dataplane.configuration.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

/** How conversations begin, frame by frame, and what ends them in words. */
@ExtendWith(LeakWatch.class)
class PeerHandshakeTest {

  private static final HostPort PEER = new HostPort("127.0.0.1", 1);

  private final List<String> heard = new ArrayList<>();

  /** A peer whose certificate is what the test says. */
  private static final class CertifiedAs extends PeerSecurity {
    private final Peer peer;

    CertifiedAs(Peer peer) {
      this.peer = peer;
    }

    @Override
    String self() {
      return "self";
    }

    @Override
    boolean hasHandshake() {
      return false;
    }

    @Override
    void secureServer(Channel channel) {
      // The test says who it is.
    }

    @Override
    void secureClient(Channel channel, HostPort peer) {
      // The test says who it is.
    }

    @Override
    Peer identify(ChannelPipeline pipeline) {
      return peer;
    }
  }

  private static EmbeddedChannel server(PeerSecurity security) {
    return new EmbeddedChannel(
        new ServerHandler(
            security,
            Limits.DEFAULT,
            call -> Mono.just(new Answer(200, call.header(), Body.NONE)),
            new LongAdder()));
  }

  private static void send(EmbeddedChannel channel, Frame... frames) {
    for (Frame frame : frames) {
      byte[] bytes = FrameSamples.encoded(frame);
      channel.writeInbound(ByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes));
    }
    channel.runPendingTasks();
  }

  private static List<Frame> sent(EmbeddedChannel channel) {
    channel.runPendingTasks();
    Inbox inbox = new Inbox();
    ByteBuf part = channel.readOutbound();
    while (part != null) {
      inbox.add(part, ByteBufAllocator.DEFAULT);
      part = channel.readOutbound();
    }
    List<Frame> frames = new ArrayList<>();
    while (FrameDecoder.decode(inbox.bytes(), Limits.DEFAULT)
        instanceof Decoded.Complete(Frame frame)) {
      frames.add(frame);
      frame.tail().release();
    }
    inbox.release();
    return frames;
  }

  private static Frame hello(String node) {
    return new Frame.Hello(Wire.VERSION, node);
  }

  private static Frame request(int stream) {
    return new Frame.Request(
        stream, 1, 1000, new byte[0], Frame.BodyForm.NONE, Unpooled.EMPTY_BUFFER);
  }

  private static void assertClosed(EmbeddedChannel channel, int code, String text) {
    List<Frame> frames = sent(channel);
    assertThat(frames.getLast()).isEqualTo(new Frame.Reset(0, code, text));
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void bothSayHelloAndThenTheServerAnswers() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    assertThat(sent(channel)).containsExactly(hello("s"));
    send(channel, hello("c"), request(1), new Frame.Ping(5));
    List<Frame> frames = sent(channel);
    assertThat(frames).hasSize(2);
    assertThat(frames.getFirst())
        .isInstanceOfSatisfying(
            Frame.Response.class, response -> assertThat(response.status()).isEqualTo(200));
    assertThat(frames.getLast()).isEqualTo(new Frame.Pong(5));
    channel.finishAndReleaseAll();
  }

  @Test
  void refusesARequestBeforeHello() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    send(channel, request(1));
    assertClosed(channel, ResetCode.PROTOCOL, "a stream before HELLO");
  }

  @Test
  void refusesASecondHello() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    send(channel, hello("c"), hello("c"));
    assertClosed(channel, ResetCode.PROTOCOL, "an untimely HELLO");
  }

  @Test
  void refusesAnotherVersion() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    send(channel, new Frame.Hello(1, "c"));
    assertClosed(channel, ResetCode.VERSION, "version 1 of the protocol: expected 2");
  }

  @Test
  void refusesANodeThatNamesItselfAsAnother() {
    EmbeddedChannel channel = server(new CertifiedAs(new PeerSecurity.Peer.Certified("n1")));
    send(channel, hello("n2"));
    assertClosed(channel, ResetCode.UNWELCOME, "HELLO of 'n2' with the certificate of 'n1'");
  }

  @Test
  void refusesACertificateThatIsNotWelcome() {
    EmbeddedChannel channel = server(new CertifiedAs(new PeerSecurity.Peer.Refused("no")));
    assertClosed(channel, ResetCode.UNWELCOME, "no");
  }

  @Test
  void saysWhatIsNotTheProtocol() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    channel.writeInbound(ByteBufAllocator.DEFAULT.directBuffer(9).writeZero(9));
    assertClosed(channel, ResetCode.PROTOCOL, "a frame of type 0");
  }

  @Test
  void dropsAClientThatNeverSaysHello() {
    EmbeddedChannel channel = server(new PlainLoopback("s"));
    for (int second = 0; second < 6; second++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
    assertClosed(channel, ResetCode.PROTOCOL, "no HELLO within 5 s");
  }

  @Test
  void givesUpAReplyWhoseBodyNobodyWants() {
    ClientHandler handler =
        new ClientHandler(
            new PlainLoopback("c"),
            Limits.DEFAULT,
            PEER,
            new ClientHandler.Owner() {
              @Override
              public void up(ClientHandler connection) {
                heard.add("up");
              }

              @Override
              public void down(ClientHandler connection, String reason) {
                heard.add("down: " + reason);
              }
            });
    EmbeddedChannel channel = new EmbeddedChannel(handler);
    send(channel, hello("s"));
    List<Reply> replies = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      handler.start(
          new ClientCall(
              PEER,
              new PeerRequest(1, new byte[0], Duration.ofSeconds(1)),
              new PeerLink.Listener() {
                @Override
                public void replied(Reply reply) {
                  replies.add(reply);
                }

                @Override
                public void failed(PeerFailure failure) {
                  heard.add(String.valueOf(failure.getMessage()));
                }
              },
              channel.eventLoop()));
    }
    send(
        channel,
        new Frame.Response(
            1, 200, new byte[0], Frame.BodyForm.WHOLE, Unpooled.wrappedBuffer(new byte[10])),
        new Frame.Response(2, 200, new byte[0], Frame.BodyForm.FOLLOWS, Unpooled.EMPTY_BUFFER),
        new Frame.Data(2, Unpooled.wrappedBuffer(new byte[10])));
    assertThat(replies).hasSize(2);

    handler.tick(System.nanoTime() + PeerClient.UNCLAIMED_LIMIT.toNanos());

    assertThat(sent(channel)).last().isInstanceOf(Frame.Reset.class);
    assertThat(handler.callCount()).isZero();
    for (Reply reply : replies) {
      List<String> failures = new ArrayList<>();
      reply.body().subscribe(ByteBuf::release, failure -> failures.add(failure.getMessage()));
      assertThat(failures).singleElement().asString().contains("nobody subscribed");
    }
    channel.finishAndReleaseAll();
    assertThat(heard).containsExactly("up", "down: the peer closed it");
  }
}
