package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.Invariant;
import io.virga.objectstore.flow.InboundBody;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One request at the server.
 *
 * <pre>
 * working    answer without a body → over
 *            answer with a body    → answering
 *            no answer, error      → RESET, over
 * answering  body sent             → END, over
 *            body failed           → RESET, over
 * any        RESET, connection lost → the service is cancelled, over
 * </pre>
 */
final class ServerCall
    implements CoreSubscriber<Answer>, InboundBody.Listener, StreamBody.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(ServerCall.class);

  private final ServerHandler connection;
  private @Nullable PeerStream<ServerCall> stream;
  private @Nullable InboundBody requestBody;
  private @Nullable StreamBody answerBody;
  private @Nullable Subscription service;
  private volatile boolean answered;
  private boolean over;

  ServerCall(ServerHandler connection) {
    this.connection = connection;
  }

  /** What came with the request. */
  Flux<ByteBuf> open(PeerStream<ServerCall> opened, Frame.Request request) {
    stream = opened;
    if (request.form() == Frame.BodyForm.NONE) {
      return Flux.empty();
    }
    InboundBody body = new InboundBody(connection.context().executor(), this);
    requestBody = body;
    if (request.form() == Frame.BodyForm.WHOLE) {
      body.add(request.whole());
      body.complete();
    }
    return body;
  }

  void start(Mono<Answer> answer) {
    answer.subscribe(this);
  }

  private PeerStream<ServerCall> stream() {
    return Objects.requireNonNull(stream);
  }

  void data(ByteBuf payload) {
    Objects.requireNonNull(requestBody).add(payload);
  }

  void end() {
    Objects.requireNonNull(requestBody).complete();
  }

  void credit() {
    StreamBody sending = answerBody;
    if (sending != null) {
      sending.resume();
    }
  }

  /** The peer, or the way to it, is gone. */
  void abort(PeerFailure why) {
    over = true;
    Subscription working = service;
    if (working != null) {
      working.cancel();
    }
    letGo(why);
  }

  private void letGo(PeerFailure why) {
    // The answer's body may be made of the request's: it must not hear of the end first.
    StreamBody going = answerBody;
    if (going != null) {
      going.cancel();
    }
    InboundBody coming = requestBody;
    if (coming != null) {
      coming.fail(why);
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    service = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Answer answer) {
    answered = true;
    connection.run(() -> answer(answer));
  }

  @Override
  public void onError(Throwable cause) {
    connection.run(
        () -> {
          if (!over) {
            LOG.warn("a call of {} failed", connection.peer(), cause);
            reset(ResetCode.FAILED, ResetText.of(cause));
          }
        });
  }

  @Override
  public void onComplete() {
    connection.run(
        () -> {
          if (!answered && !over) {
            LOG.error("a call of {} was not answered", connection.peer());
            reset(ResetCode.FAILED, "no answer");
          }
        });
  }

  private void answer(Answer answer) {
    if (over) {
      answer.body().discard();
      return;
    }
    if (connection.writer().isOverloaded()) {
      answer.body().discard();
      reset(ResetCode.REFUSED, "too much waits to be sent");
      return;
    }
    connection.writer().write(Frames.response(stream().id(), answer));
    if (Frames.form(answer.body()) != Frame.BodyForm.FOLLOWS) {
      finish();
      return;
    }
    StreamBody body = new StreamBody(connection.context().executor(), stream(), this);
    answerBody = body;
    body.start(answer.body());
  }

  private void reset(int code, String text) {
    connection.writer().write(new Frame.Reset(stream().id(), code, text));
    finish();
  }

  private void finish() {
    Invariant.check(!over, "a call ends once");
    over = true;
    connection.over(stream());
    letGo(new PeerFailure.Reset(connection.peer(), ResetCode.CANCELLED, "it was answered"));
  }

  @Override
  public void consumed(int bytes) {
    if (!over) {
      int grant = stream().consumed(bytes);
      if (grant > 0) {
        connection.writer().write(new Frame.Credit(stream().id(), grant));
      }
    }
  }

  @Override
  public void starving() {
    // The peer has had the credit for more when the last piece was consumed.
  }

  @Override
  public void released(boolean cancelled) {
    // What still comes is dropped without credit until the service has answered.
  }

  @Override
  public void send(ByteBuf piece) {
    connection.writer().write(new Frame.Data(stream().id(), piece));
  }

  @Override
  public boolean hasRoom(StreamBody body) {
    return connection.hasRoom(body);
  }

  @Override
  public void ended() {
    connection.writer().write(new Frame.End(stream().id()));
    finish();
  }

  @Override
  public void failed(Throwable cause) {
    LOG.warn("the body of an answer for {} failed", connection.peer(), cause);
    reset(ResetCode.BODY_FAILED, ResetText.of(cause));
  }
}
