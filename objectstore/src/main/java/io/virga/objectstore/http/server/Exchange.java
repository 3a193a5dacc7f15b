package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.virga.objectstore.flow.InboundBody;
import io.virga.objectstore.http.Door;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A request and its reply. All on the loop but the signals of the door's publisher.
 *
 * <p>asked → (reply) replying → (sent) over; asked → (malformed body) replying; asked or replying →
 * (the client is gone, the reply's source failed) over.
 */
final class Exchange implements CoreSubscriber<Reply>, InboundBody.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private static final ByteBuf CONTINUE =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

  private final Connection connection;
  private final Doors doors;
  private final long startNanos = System.nanoTime();
  private final boolean isHead;
  private final boolean isHttp10;
  private final @Nullable InboundBody body;
  private @Nullable Request request;
  private String operation = "http.malformed";
  private boolean keepAlive;
  private boolean owesContinue;
  private volatile @Nullable Subscription source;
  private @Nullable ReplyBody sending;
  private boolean replied;
  private volatile boolean over;

  Exchange(Connection connection, Doors doors, HttpRequest head) {
    this.connection = connection;
    this.doors = doors;
    this.isHead = head.method().name().equals("HEAD");
    this.isHttp10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean comes = head.decoderResult().isSuccess() && hasBody(head);
    this.body = comes ? new InboundBody(connection.loop(), this) : null;
    this.keepAlive = HttpUtil.isKeepAlive(head);
    this.owesContinue = comes && HttpUtil.is100ContinueExpected(head);
    doors.active().incrementAndGet();
  }

  private static boolean hasBody(HttpRequest head) {
    return head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        || HttpUtil.getContentLength(head, 0L) > 0;
  }

  boolean hasBody() {
    return body != null;
  }

  /** Asks the door. The body is yet to come. */
  void start(HttpRequest head, Request.Origin origin) {
    Flux<ByteBuf> bytes = body != null ? body : Flux.empty();
    Optional<Request> read = RequestHeads.read(doors.nextId(), head, bytes, origin);
    if (read.isEmpty()) {
      reply(new Refusal(400, "the query cannot be decoded").reply());
      return;
    }
    request = read.get();
    ask(read.get()).subscribe(this);
  }

  private Mono<Reply> ask(Request asked) {
    try {
      Door door = doors.of(asked);
      operation = door.operation(asked);
      return door.answer(asked);
    } catch (RuntimeException e) {
      return Mono.error(e);
    }
  }

  @Override
  public Context currentContext() {
    return connection.reactorContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Reply reply) {
    run(() -> reply(reply));
  }

  @Override
  public void onError(Throwable failure) {
    run(() -> unexpected(failure));
  }

  @Override
  public void onComplete() {
    run(
        () -> {
          if (!replied && !over) {
            unexpected(new IllegalStateException("there is no reply"));
          }
        });
  }

  private void run(Runnable task) {
    if (connection.loop().inEventLoop()) {
      task.run();
    } else {
      connection.loop().execute(task);
    }
  }

  private void unexpected(Throwable failure) {
    String id = request == null ? "" : request.id();
    LOG.error("request {} {} failed", id, request == null ? "" : request.rawPath(), failure);
    reply(Reply.text(500, "text/plain", "Internal Server Error, request " + id + "\n"));
  }

  /** Answers what cannot be read; the connection ends with it. */
  void refuse(Refusal refusal) {
    keepAlive = false;
    reply(refusal.reply());
  }

  /** Bytes of the body; takes them over. */
  void received(ByteBuf bytes, boolean end) {
    InboundBody to = Objects.requireNonNull(body);
    owesContinue = false;
    if (bytes.isReadable()) {
      to.add(bytes);
    } else {
      bytes.release();
    }
    if (end) {
      to.complete();
    }
  }

  /** What should have been the body is none. */
  void malformed(Refusal refusal) {
    if (!replied) {
      cancelSource();
    }
    dropBody(() -> new IOException(refusal.words()));
    if (replied) {
      keepAlive = false;
    } else {
      refuse(refusal);
    }
  }

  /** Most bodies are over by then: to fill in a stack trace for each would cost as much as MD5. */
  private void dropBody(Supplier<Throwable> cause) {
    if (body != null && !body.isOver()) {
      body.fail(cause.get());
    }
  }

  private void cancelSource() {
    Subscription from = source;
    if (from != null) {
      from.cancel();
    }
  }

  @Override
  public void consumed(int bytes) {
    // More is read when more is asked for.
  }

  @Override
  public void starving() {
    if (owesContinue && !replied) {
      owesContinue = false;
      connection.write(CONTINUE.duplicate());
      connection.flush();
    }
    connection.ask();
  }

  @Override
  public void released(boolean cancelled) {
    if (!over) {
      connection.ask();
    }
  }

  /** Whether bytes of the body can be used, if only to be dropped. */
  boolean wantsBody() {
    return body == null || body.isStarving() || body.isOver();
  }

  boolean waitsForClient() {
    return body != null && body.isStarving();
  }

  /** The connection takes more. */
  void resume() {
    ReplyBody going = sending;
    if (going != null) {
      going.resume();
    }
  }

  /** The connection is to end with this. */
  void endKeepAlive() {
    keepAlive = false;
  }

  private void reply(Reply reply) {
    if (over || replied) {
      ReplySender.discard(reply.body());
      return;
    }
    replied = true;
    // A client that has not been told to go on may send the body or may not.
    keepAlive &= !owesContinue && !(isHttp10 && reply.body() instanceof Reply.Chunked);
    doors.observer().answered(operation, reply.status(), System.nanoTime() - startNanos);
    ReplySender.Terms terms = new ReplySender.Terms(isHead, isHttp10, keepAlive);
    sending = new ReplySender(this, connection, terms).send(reply);
  }

  /** The reply is written. */
  void sent() {
    if (finish(ClosedChannelException::new)) {
      connection.ended(keepAlive);
    }
  }

  /** The reply's source failed. */
  void broken(Throwable cause) {
    Request asked = request;
    LOG.error(
        "the reply to request {} {} has broken off",
        asked == null ? "" : asked.id(),
        asked == null ? "" : asked.rawPath(),
        cause);
    if (finish(() -> cause)) {
      connection.abort();
    }
  }

  /** There is no client any more. */
  void gone() {
    cancelSource();
    ReplyBody going = sending;
    if (going != null) {
      going.cancel();
    }
    finish(ClosedChannelException::new);
  }

  private boolean finish(Supplier<Throwable> why) {
    if (over) {
      return false;
    }
    over = true;
    dropBody(why);
    doors.active().decrementAndGet();
    return true;
  }
}
