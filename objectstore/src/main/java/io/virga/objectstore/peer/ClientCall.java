package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.flow.InboundBody;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One request at the client. All but {@link #cancel} is the loop's.
 *
 * <pre>
 * waiting   (connection) begin → sent; fail, cancel → over
 * sent      RESPONSE, no more → over; RESPONSE, body follows → answered
 * answered  END → over
 * sent, answered   RESET, connection lost, deadline, cancel, own body failed → over
 * </pre>
 */
final class ClientCall implements PeerLink.Started, InboundBody.Listener, StreamBody.Listener {

  private final HostPort peer;
  private final PeerRequest request;
  private final PeerLink.Listener listener;
  private final EventLoop loop;
  private @Nullable ClientHandler connection;
  private @Nullable PeerStream<ClientCall> stream;
  private @Nullable StreamBody requestBody;
  private @Nullable InboundBody replyBody;
  private long progressNanos = System.nanoTime();
  private boolean settled;
  private boolean over;

  ClientCall(HostPort peer, PeerRequest request, PeerLink.Listener listener, EventLoop loop) {
    this.peer = peer;
    this.request = request;
    this.listener = listener;
    this.loop = loop;
  }

  HostPort peer() {
    return peer;
  }

  boolean isOver() {
    return over;
  }

  /** Sends it on a connection that has room for it. */
  void begin(ClientHandler on, PeerStream<ClientCall> opened) {
    connection = on;
    stream = opened;
    on.writer().write(Frames.request(opened.id(), request));
    if (Frames.form(request.body()) == Frame.BodyForm.FOLLOWS) {
      StreamBody body = new StreamBody(loop, opened, this);
      requestBody = body;
      body.start(request.body());
    }
  }

  /** The head of the answer came. */
  void answered(Frame.Response response) {
    progressNanos = System.nanoTime();
    Flux<ByteBuf> body = Flux.empty();
    if (response.form() != Frame.BodyForm.NONE) {
      InboundBody coming = new InboundBody(loop, this);
      replyBody = coming;
      body = coming;
      if (response.form() == Frame.BodyForm.WHOLE) {
        coming.add(response.whole());
        coming.complete();
      }
    }
    if (response.form() != Frame.BodyForm.FOLLOWS) {
      finish();
    }
    settled = true;
    listener.replied(new Reply(response.status(), response.header(), body));
  }

  void data(ByteBuf payload) {
    progressNanos = System.nanoTime();
    Objects.requireNonNull(replyBody).add(payload);
  }

  void end() {
    finish();
    Objects.requireNonNull(replyBody).complete();
  }

  void credit() {
    StreamBody sending = requestBody;
    if (sending != null) {
      sending.resume();
    }
  }

  /** It cannot be, or come to its end. */
  void fail(PeerFailure failure) {
    if (!over) {
      finish();
      tell(failure);
    }
  }

  private void tell(PeerFailure failure) {
    InboundBody coming = replyBody;
    if (coming != null) {
      coming.fail(failure);
    }
    if (!settled) {
      settled = true;
      listener.failed(failure);
    }
  }

  /** Fails it, and tells the peer. */
  private void give(int code, String text, PeerFailure failure) {
    ClientHandler on = connection;
    if (on != null) {
      on.writer().write(new Frame.Reset(stream().id(), code, text));
    }
    fail(failure);
  }

  private void finish() {
    over = true;
    ClientHandler on = connection;
    if (on == null) {
      request.body().discard();
    } else {
      on.over(stream());
    }
    StreamBody going = requestBody;
    if (going != null) {
      going.cancel();
    }
  }

  private PeerStream<ClientCall> stream() {
    return Objects.requireNonNull(stream);
  }

  /** Looks whether the peer keeps it waiting for too long. */
  void checkDeadline(long nowNanos) {
    InboundBody coming = replyBody;
    StreamBody going = requestBody;
    boolean waitsForPeer =
        coming != null ? coming.isStarving() : going == null || !going.waitsForSource();
    if (!waitsForPeer) {
      progressNanos = nowNanos;
    } else if (nowNanos - progressNanos > TimeUnit.MILLISECONDS.toNanos(request.deadlineMillis())) {
      String text = "waited for " + request.deadlineMillis() + " ms";
      give(
          ResetCode.DEADLINE,
          text,
          new PeerFailure.DeadlineExceeded(peer.toString(), request.deadlineMillis()));
    }
  }

  /** Whether its reply has a body that nobody has subscribed to. */
  boolean isUnclaimed() {
    InboundBody coming = replyBody;
    return coming != null && !coming.isClaimed() && !coming.isOver();
  }

  /** Drops a reply's body that nobody has wanted for so long. */
  void dropUnclaimed(String reason) {
    PeerFailure failure = new PeerFailure.Broken(peer.toString(), reason);
    if (over) {
      tell(failure);
    } else {
      give(ResetCode.CANCELLED, reason, failure);
    }
  }

  @Override
  public void cancel() {
    if (loop.inEventLoop()) {
      cancelNow();
    } else {
      loop.execute(this::cancelNow);
    }
  }

  private void cancelNow() {
    settled = true;
    PeerFailure failure = new PeerFailure.Broken(peer.toString(), "the call was cancelled");
    if (over) {
      tell(failure);
    } else {
      give(ResetCode.CANCELLED, "", failure);
    }
  }

  @Override
  public void consumed(int bytes) {
    if (!over) {
      int grant = stream().consumed(bytes);
      if (grant > 0) {
        Objects.requireNonNull(connection).writer().write(new Frame.Credit(stream().id(), grant));
      }
    }
  }

  @Override
  public void starving() {
    // The peer has had the credit for more when the last piece was consumed.
  }

  @Override
  public void released(boolean cancelled) {
    if (cancelled && !over) {
      give(ResetCode.CANCELLED, "", new PeerFailure.Broken(peer.toString(), "cancelled"));
    }
  }

  @Override
  public void send(ByteBuf piece) {
    progressNanos = System.nanoTime();
    Objects.requireNonNull(connection).writer().write(new Frame.Data(stream().id(), piece));
  }

  @Override
  public boolean hasRoom(StreamBody body) {
    return Objects.requireNonNull(connection).hasRoom(body);
  }

  @Override
  public void ended() {
    progressNanos = System.nanoTime();
    Objects.requireNonNull(connection).writer().write(new Frame.End(stream().id()));
  }

  @Override
  public void failed(Throwable cause) {
    give(ResetCode.BODY_FAILED, ResetText.of(cause), new PeerFailure.BodyFailed(cause));
  }
}
