package io.virga.objectstore.peer;

import io.virga.dataplane.Invariant;
import io.virga.dataplane.configuration.HostPort;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** The asking side of a connection. */
final class ClientHandler extends FrameHandler {

  private static final int PING_TICKS = 1000 / LoopPeers.TICK_MILLIS;
  private static final int SILENT_TICKS = 3000 / LoopPeers.TICK_MILLIS;

  /** What becomes of the connection; called on the loop. */
  interface Owner {

    /** It can be used. */
    void up(ClientHandler connection);

    /** It is over; its calls have failed. */
    void down(ClientHandler connection, String reason);
  }

  /** A reply whose body was not subscribed to at once. */
  private record Replied(ClientCall call, long sinceNanos) {}

  private final HostPort peer;
  private final Owner owner;
  private final Session<ClientCall> session;
  private final ArrayDeque<Replied> unclaimed = new ArrayDeque<>();
  private int pingTicks;
  private long pings;

  ClientHandler(PeerSecurity security, Limits limits, HostPort peer, Owner owner) {
    super(security, limits);
    this.peer = peer;
    this.owner = owner;
    this.session = new Session<>(limits);
  }

  int callCount() {
    return session.size();
  }

  void start(ClientCall call) {
    if (session.isFull()) {
      call.fail(new PeerFailure.Busy(peer, "too many calls at a time"));
    } else if (writer().isOverloaded()) {
      call.fail(new PeerFailure.Busy(peer, "it does not take what is sent"));
    } else {
      call.begin(this, session.open(call));
    }
  }

  /** The call is over. */
  void over(PeerStream<ClientCall> stream) {
    if (!isOver()) {
      Invariant.check(session.close(stream.id()).isPresent(), "a call that is over was open");
    }
  }

  /** Every {@link LoopPeers#TICK_MILLIS}. */
  void tick(long nowNanos) {
    dropUnclaimed(nowNanos);
    if (!isWelcome()) {
      return;
    }
    if (countSilence() >= SILENT_TICKS) {
      end("silent for 3 s");
      return;
    }
    pingTicks++;
    if (pingTicks >= PING_TICKS) {
      pingTicks = 0;
      writer().write(new Frame.Ping(pings++));
    }
    for (ClientCall call : session.attachments()) {
      if (!call.isOver()) {
        call.checkDeadline(nowNanos);
      }
    }
  }

  private void dropUnclaimed(long nowNanos) {
    while (!unclaimed.isEmpty()) {
      Replied oldest = unclaimed.element();
      boolean waits = oldest.call().isUnclaimed();
      if (waits && nowNanos - oldest.sinceNanos() < PeerClient.UNCLAIMED_LIMIT.toNanos()) {
        return;
      }
      unclaimed.remove();
      if (waits) {
        oldest.call().dropUnclaimed("nobody subscribed to the body of the reply");
      }
    }
  }

  @Override
  void welcomed(String node) {
    owner.up(this);
  }

  @Override
  void take(Frame.OfStream frame) {
    switch (frame) {
      case Frame.Response response -> {
        Session.Verdict verdict =
            session.answered(response.stream(), response.form() == Frame.BodyForm.FOLLOWS);
        if (verdict == Session.Verdict.ACCEPTED) {
          replied(call(response.stream()), response);
        } else {
          response.whole().release();
          refuse(verdict, "a second RESPONSE");
        }
      }
      case Frame.Data(int stream, var payload) -> {
        Session.Verdict verdict = session.data(stream, payload.readableBytes());
        if (verdict == Session.Verdict.ACCEPTED) {
          call(stream).data(payload);
        } else {
          payload.release();
          refuse(verdict, "DATA beyond the credit or the end of the body");
        }
      }
      case Frame.End(int stream) -> {
        Session.Verdict verdict = session.end(stream);
        if (verdict == Session.Verdict.ACCEPTED) {
          call(stream).end();
        } else {
          refuse(verdict, "END where no body is");
        }
      }
      case Frame.Credit(int stream, int bytes) -> {
        Session.Verdict verdict = session.credit(stream, bytes);
        if (verdict == Session.Verdict.ACCEPTED) {
          call(stream).credit();
        } else {
          refuse(verdict, "CREDIT beyond the window");
        }
      }
      case Frame.Reset(int stream, int code, String text) ->
          session
              .find(stream)
              .ifPresent(
                  open ->
                      open.attachment().fail(new PeerFailure.Reset(peer.toString(), code, text)));
      case Frame.Request request -> {
        request.whole().release();
        fail(ResetCode.PROTOCOL, "REQUEST from a server");
      }
    }
  }

  private void replied(ClientCall call, Frame.Response response) {
    call.answered(response);
    if (call.isUnclaimed()) {
      unclaimed.add(new Replied(call, System.nanoTime()));
    }
  }

  private ClientCall call(int stream) {
    return session.find(stream).orElseThrow().attachment();
  }

  private void refuse(Session.Verdict verdict, String reason) {
    if (verdict == Session.Verdict.VIOLATION) {
      fail(ResetCode.PROTOCOL, reason);
    }
  }

  @Override
  void lost(String reason) {
    PeerFailure.Broken broken = new PeerFailure.Broken(peer.toString(), reason);
    for (ClientCall call : session.drain()) {
      call.fail(broken);
    }
    if (!unclaimed.isEmpty()) {
      context()
          .executor()
          .schedule(
              () -> dropUnclaimed(System.nanoTime()),
              PeerClient.UNCLAIMED_LIMIT.toMillis() + 1000,
              TimeUnit.MILLISECONDS);
    }
    owner.down(this, reason);
  }
}
