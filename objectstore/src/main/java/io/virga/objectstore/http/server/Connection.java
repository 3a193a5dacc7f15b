package io.virga.objectstore.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.virga.dataplane.file.SocketBurst;
import io.virga.objectstore.flow.PageCached;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.store.ObjectStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * A connection: answers one request after the other. All on the loop.
 *
 * <p>idle → (request) answering → (replied) idle, or lingering while the rest of a body that nobody
 * wants still comes; answering or lingering → (the last one is done) closed. What comes while a
 * request is being answered, or the client takes no replies, waits; nothing is read while something
 * waits, so that at most one read's worth does.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  /** The event that tells a connection to take no more requests. */
  static final Object ENDING = new Object();

  /** The event that tells a connection to end, whatever it is at. */
  static final Object GIVEN_UP = new Object();

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int CHECKS_PER_IDLE = 5;

  private final Doors doors;
  private final boolean secure;
  private final Patience patience;
  private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>(2);
  private final Progress progress;
  private @Nullable ChannelHandlerContext context;
  private Request.Origin origin;
  private Context reactorContext = Context.empty();
  private @Nullable Exchange current;
  private @Nullable ScheduledFuture<?> watch;
  private @Nullable ScheduledFuture<?> lingering;
  private boolean bodyComes;
  private boolean malformed;
  private boolean last;
  private boolean reading;
  private boolean asked;
  private boolean unflushed;
  private boolean taking;
  private boolean over;

  Connection(Doors doors, boolean secure, Patience patience) {
    this.doors = doors;
    this.secure = secure;
    this.patience = patience;
    this.progress = new Progress(patience.idle());
    this.origin = new Request.Origin(secure, Optional.empty());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext at) {
    context = at;
    reactorContext = Context.of(ObjectStore.EXECUTOR, at.channel().eventLoop());
  }

  @Override
  public void channelActive(ChannelHandlerContext at) {
    if (at.channel().remoteAddress() instanceof InetSocketAddress remote) {
      origin = new Request.Origin(secure, Optional.ofNullable(remote.getAddress()));
    }
    long periodNanos = patience.idle().toNanos() / CHECKS_PER_IDLE;
    watch =
        at.executor()
            .scheduleAtFixedRate(this::check, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    ask();
  }

  /** Closes when the client has been waited for too long. */
  private void check() {
    Exchange at = current;
    boolean full = !context().channel().isWritable();
    boolean onClient = full || at == null || at.waitsForClient();
    if (progress.isStuck(onClient, full ? context().channel().bytesBeforeWritable() : 0)) {
      if (at == null) {
        context().close();
      } else {
        abort();
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    reading = true;
    progress.made();
    if (over || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
    } else if (!waiting.isEmpty() || mustWait(object)) {
      waiting.add(object);
    } else {
      take(object);
    }
  }

  private boolean mustWait(HttpObject object) {
    return object instanceof HttpRequest && (current != null || !isWritable());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext at) {
    reading = false;
    asked = false;
    flush();
    ask();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext at) {
    if (isWritable()) {
      Exchange exchange = current;
      if (exchange != null) {
        exchange.resume();
      } else {
        takeWaiting();
      }
      flush();
      ask();
    }
  }

  private void take(HttpObject object) {
    if (object instanceof HttpRequest request) {
      if (last) {
        ReferenceCountUtil.release(request);
      } else {
        begin(request);
      }
    } else {
      content((HttpContent) object);
    }
  }

  private void begin(HttpRequest request) {
    Exchange exchange = new Exchange(this, doors, request);
    current = exchange;
    Optional<Refusal> refusal = Refusal.of(request);
    if (refusal.isPresent()) {
      ReferenceCountUtil.release(request);
      malformed = true;
      last = true;
      exchange.refuse(refusal.get());
    } else {
      bodyComes = exchange.hasBody();
      exchange.start(request, origin);
    }
  }

  private void content(HttpContent content) {
    if (!bodyComes) {
      content.release();
      return;
    }
    bodyComes = !(content instanceof LastHttpContent);
    Exchange exchange = current;
    if (content.decoderResult().isFailure()) {
      content.release();
      malformed = true;
      last = true;
      if (exchange != null) {
        exchange.malformed(Refusal.of(content.decoderResult().cause()));
      } else {
        context().close();
      }
    } else if (exchange != null) {
      exchange.received(content.content(), !bodyComes);
    } else {
      content.release();
      if (!bodyComes) {
        lingered();
      }
    }
  }

  /** The reply is written. */
  void ended(boolean keepAlive) {
    current = null;
    last |= !keepAlive;
    if (over) {
      return;
    }
    if (bodyComes || malformed) {
      linger();
    } else if (last) {
      context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      takeWaiting();
    }
    flush();
    ask();
  }

  /**
   * Lets the client send what it will not be kept from sending, so that it comes to read the reply:
   * to close at once would reset the connection, and the reply might be lost.
   */
  private void linger() {
    lingering =
        context()
            .executor()
            .schedule(() -> context().close(), patience.linger().toNanos(), TimeUnit.NANOSECONDS);
    if (last) {
      context()
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener((ChannelFutureListener) sent -> endOutput());
    }
    takeWaiting();
  }

  private void endOutput() {
    SslHandler ssl = context().pipeline().get(SslHandler.class);
    if (ssl != null) {
      ssl.closeOutbound();
    } else if (context().channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  private void lingered() {
    ScheduledFuture<?> timer = lingering;
    if (timer != null) {
      timer.cancel(false);
      lingering = null;
    }
    if (last) {
      context().close();
    }
  }

  private void takeWaiting() {
    if (taking) {
      return;
    }
    taking = true;
    while (!over && !waiting.isEmpty() && !mustWait(waiting.element())) {
      take(waiting.remove());
    }
    taking = false;
  }

  /** Writes; takes the buffer over. A flush has to follow. */
  void write(ByteBuf bytes) {
    if (over) {
      bytes.release();
      return;
    }
    if (bytes instanceof PageCached cached) {
      sendUncopied(cached);
      if (!bytes.isReadable()) {
        bytes.release();
        return;
      }
    }
    unflushed = true;
    context().write(bytes, context().voidPromise());
  }

  /** If the socket has got all that was written, it gets of these bytes what it takes at once. */
  private void sendUncopied(PageCached bytes) {
    ChannelOutboundBuffer written = context().channel().unsafe().outboundBuffer();
    if (!secure
        && !unflushed
        && written != null
        && written.isEmpty()
        && context().channel() instanceof UnixChannel channel) {
      try (SocketBurst burst = SocketBurst.to(channel)) {
        bytes.send(burst);
      }
    }
  }

  /** Sends what is written, unless more comes that may lead to more. */
  void flush() {
    if (unflushed && !reading && !over) {
      unflushed = false;
      context().flush();
    }
  }

  boolean isWritable() {
    return context().channel().isWritable();
  }

  /** Reads, if something is wanted that has not come. */
  void ask() {
    if (!asked && !reading && !over && wantsMore()) {
      asked = true;
      context().read();
    }
  }

  private boolean wantsMore() {
    Exchange exchange = current;
    return waiting.isEmpty() && (!bodyComes || exchange == null || exchange.wantsBody());
  }

  /** Closes so that the client cannot take what it got for the whole. */
  void abort() {
    if (over) {
      return;
    }
    context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
    // Past the pipeline: an orderly end of TLS would say that all is sent.
    context().channel().unsafe().close(context().channel().voidPromise());
  }

  EventExecutor loop() {
    return context().executor();
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext at = context;
    if (at == null) {
      throw new IllegalStateException("the connection is not part of a pipeline");
    }
    return at;
  }

  /** What publishers that are subscribed to for this connection find. */
  Context reactorContext() {
    return reactorContext;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext at, Object event) {
    if (event == ENDING) {
      last = true;
      Exchange exchange = current;
      if (exchange == null) {
        at.close();
      } else {
        exchange.endKeepAlive();
      }
    } else if (event == GIVEN_UP) {
      abort();
    } else {
      at.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext at) {
    over = true;
    cancel(watch);
    cancel(lingering);
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    Exchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.gone();
    }
  }

  private static void cancel(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debug("{} is broken by the client", at.channel(), cause);
    } else {
      LOG.error("{} has failed", at.channel(), cause);
    }
    abort();
  }
}
