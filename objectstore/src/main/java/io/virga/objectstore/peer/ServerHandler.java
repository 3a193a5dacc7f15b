package io.virga.objectstore.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.Invariant;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The serving side of a connection. */
final class ServerHandler extends FrameHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ServerHandler.class);

  private static final int TICK_MILLIS = 1000;
  private static final int HELLO_TICKS = 5;

  /** Clients say PING every second. */
  private static final int SILENT_TICKS = 10;

  private final PeerService service;
  private final LongAdder calls;
  private final Session<ServerCall> session;
  private String peer = "";
  private @Nullable Future<?> ticks;

  ServerHandler(PeerSecurity security, Limits limits, PeerService service, LongAdder calls) {
    super(security, limits);
    this.service = service;
    this.calls = calls;
    this.session = new Session<>(limits);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    super.handlerAdded(context);
    ticks =
        context
            .executor()
            .scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    int silent = countSilence();
    if (!isWelcome() && silent >= HELLO_TICKS) {
      fail(ResetCode.PROTOCOL, "no HELLO within " + HELLO_TICKS + " s");
    } else if (silent >= SILENT_TICKS) {
      fail(ResetCode.PROTOCOL, "silent for " + SILENT_TICKS + " s");
    }
  }

  String peer() {
    return peer;
  }

  /** On the loop, now if this is it. */
  void run(Runnable task) {
    if (context().executor().inEventLoop()) {
      task.run();
    } else {
      context().executor().execute(task);
    }
  }

  /** The answer is complete. */
  void over(PeerStream<ServerCall> stream) {
    Invariant.check(session.close(stream.id()).isPresent(), "a call that is over was open");
    calls.decrement();
  }

  @Override
  void welcomed(String node) {
    peer = node;
  }

  @Override
  void take(Frame.OfStream frame) {
    switch (frame) {
      case Frame.Request request -> request(request);
      case Frame.Data(int stream, var payload) -> {
        Session.Verdict verdict = session.data(stream, payload.readableBytes());
        if (verdict == Session.Verdict.ACCEPTED) {
          session.find(stream).orElseThrow().attachment().data(payload);
        } else {
          payload.release();
          refuse(verdict, "DATA beyond the credit or the end of the body");
        }
      }
      case Frame.End(int stream) -> {
        Session.Verdict verdict = session.end(stream);
        if (verdict == Session.Verdict.ACCEPTED) {
          session.find(stream).orElseThrow().attachment().end();
        } else {
          refuse(verdict, "END where no body is");
        }
      }
      case Frame.Credit(int stream, int bytes) -> {
        Session.Verdict verdict = session.credit(stream, bytes);
        if (verdict == Session.Verdict.ACCEPTED) {
          session.find(stream).orElseThrow().attachment().credit();
        } else {
          refuse(verdict, "CREDIT beyond the window");
        }
      }
      case Frame.Reset(int stream, int code, String text) ->
          session
              .close(stream)
              .ifPresent(open -> abort(open.attachment(), new PeerFailure.Reset(peer, code, text)));
      case Frame.Response response -> {
        response.whole().release();
        fail(ResetCode.PROTOCOL, "RESPONSE from a client");
      }
    }
  }

  private void abort(ServerCall call, PeerFailure why) {
    calls.decrement();
    call.abort(why);
  }

  private void refuse(Session.Verdict verdict, String reason) {
    if (verdict == Session.Verdict.VIOLATION) {
      fail(ResetCode.PROTOCOL, reason);
    }
  }

  private void request(Frame.Request request) {
    switch (session.requested(request.stream())) {
      case ACCEPTED -> begin(request);
      case REFUSED, IGNORED -> {
        request.whole().release();
        writer()
            .write(
                new Frame.Reset(request.stream(), ResetCode.REFUSED, "too many calls at a time"));
      }
      case VIOLATION -> {
        request.whole().release();
        fail(ResetCode.PROTOCOL, "REQUEST on a stream that is open");
      }
    }
  }

  private void begin(Frame.Request request) {
    calls.increment();
    ServerCall call = new ServerCall(this);
    PeerStream<ServerCall> stream =
        session.accept(request.stream(), call, request.form() == Frame.BodyForm.FOLLOWS);
    Call asked =
        new Call(
            request.opcode(),
            request.header(),
            peer,
            Duration.ofMillis(request.deadlineMillis()),
            call.open(stream, request));
    call.start(Mono.defer(() -> service.handle(asked)));
  }

  @Override
  void lost(String reason) {
    Future<?> ticking = ticks;
    if (ticking != null) {
      ticking.cancel(false);
    }
    if (session.size() > 0) {
      LOG.info("connection with {} lost with {} calls: {}", peer, session.size(), reason);
    }
    PeerFailure.Broken broken = new PeerFailure.Broken(peer, reason);
    for (ServerCall call : session.drain()) {
      abort(call, broken);
    }
  }
}
